-- no transaction
-- For why, see the script of followersync.listing_openids: creating an unlogged table must not be rolled back.

create unlogged table if not exists followersync.tag_openids (
    app_id text collate "C" not null,
    tag_id int not null,
    openid text collate "C" not null
);
comment on table followersync.tag_openids is 'The openids of the lists of tags that are being read, until they are compared with wechat.followers.';
comment on column followersync.tag_openids.app_id is 'Account.';
comment on column followersync.tag_openids.tag_id is 'Number of the tag.';
comment on column followersync.tag_openids.openid is 'Somebody who has it.';

create unlogged table if not exists followersync.tag_differences (
    app_id text collate "C" not null,
    openid text collate "C" not null,
    gained int[] not null,
    lost   int[] not null,
    primary key (app_id, openid)
);
comment on table followersync.tag_differences is 'Whose tags the lists tell otherwise than wechat.followers, until they are changed there.';
comment on column followersync.tag_differences.app_id is 'Account.';
comment on column followersync.tag_differences.openid is 'The person.';
comment on column followersync.tag_differences.gained is 'Tags the person has got.';
comment on column followersync.tag_differences.lost is 'Tags the person has no more.';
