-- no transaction
-- Creating an unlogged table must not be rolled back: when the server crashes before that is in its log, it finds the table's file left over and refuses to
-- start ("could not create file …: File exists"). Alone, the statement is over before anything can end it.

create unlogged table if not exists followersync.listing_openids (
    listing_id bigint not null,
    page       int not null,
    openid     text collate "C" not null
);
comment on table followersync.listing_openids is 'The openids of the newest listing of every account, as WeChat paged them.';
comment on column followersync.listing_openids.listing_id is 'Listing the openid stood in.';
comment on column followersync.listing_openids.page is 'Page of the listing, from 1.';
comment on column followersync.listing_openids.openid is 'The openid.';
-- Unlogged: a listing is kept for hours and can be read again, so it is not worth the log of thirty million rows a night. After a
-- crash of PostgreSQL it is empty; the worker counts its rows before it relies on them.
-- A B-tree: of a block range index that crash recovery or a promotion made anew, PostgreSQL reckons a cost below zero, and the plans that follow
-- from it never end. Its key comes in rising order and with many equals, which costs half a microsecond and seven bytes an openid.
create index if not exists listing_openids_page on followersync.listing_openids (listing_id, page);
