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
-- Rows come in page order and are read back page by page: a block range index costs next to nothing to keep.
create index if not exists listing_openids_page on followersync.listing_openids using brin (listing_id, page) with (pages_per_range = 16);
