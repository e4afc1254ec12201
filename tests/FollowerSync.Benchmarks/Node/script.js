// What a careful programmer writes in an afternoon: npm's SDK, eight calls in flight, one multi-row upsert a hundred, which writes only what changed.
// Usage: node script.js BASE_ADDRESS APPID SECRET, the database named by PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE
'use strict';
const WechatAPI = require('co-wechat-api');
const { Pool } = require('pg');

const IN_FLIGHT = 8;
const BATCH = 100;
const COLUMNS = ['openid', 'subscribe', 'nickname', 'sex', 'language', 'city', 'province', 'country', 'headimgurl', 'subscribe_time', 'unionid', 'remark',
  'groupid', 'tagid_list', 'subscribe_scene', 'qr_scene', 'qr_scene_str'];
const TABLE = `
  create table if not exists script_followers (
    openid text primary key, subscribe boolean not null, nickname text, sex smallint, language text, city text, province text, country text,
    headimgurl text, subscribe_time timestamptz, unionid text, remark text, groupid int, tagid_list int[], subscribe_scene text, qr_scene bigint,
    qr_scene_str text, updated_at timestamptz not null default now());
  create index if not exists script_followers_unionid on script_followers (unionid)`;

const [base, appId, secret] = process.argv.slice(2);
const api = new WechatAPI(appId, secret);
api.prefix = `${base.replace(/\/$/, '')}/cgi-bin/`;
const pool = new Pool({ max: IN_FLIGHT });

function upsertOf(rows) {
  const changing = COLUMNS.slice(1);
  const tuples = Array.from({ length: rows }, (_, row) => `(${COLUMNS.map((_, column) => `$${row * COLUMNS.length + column + 1}`).join(',')})`);
  return `
    insert into script_followers as f (${COLUMNS.join(',')}) values ${tuples.join(',')}
    on conflict (openid) do update set ${changing.map(name => `${name} = excluded.${name}`).join(',')}, updated_at = now()
    where (${changing.map(name => `f.${name}`).join(',')}) is distinct from (${changing.map(name => `excluded.${name}`).join(',')})`;
}

const valueOf = (person, column) =>
  column === 'subscribe' ? person.subscribe === 1 : column === 'subscribe_time' ? new Date(person.subscribe_time * 1000) : person[column];

async function store(people) {
  await pool.query({
    name: `upsert_${people.length}`,
    text: upsertOf(people.length),
    values: people.flatMap(person => COLUMNS.map(column => valueOf(person, column))),
  });
}

async function list() {
  const openIds = [];
  for (let next = ''; ;) {
    const page = await api.getFollowers(next);
    if (page.count === 0)
      return openIds;
    openIds.push(...page.data.openid);
    next = page.next_openid;
  }
}

async function main() {
  await pool.query(TABLE);
  const openIds = await list();
  let at = 0;
  await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
    while (at < openIds.length) {
      const batch = openIds.slice(at, at += BATCH);
      const answer = await api.batchGetUsers(batch);
      await store(answer.user_info_list);
    }
  }));
  await pool.end();
  console.log(`${openIds.length} people`);
}

main().then(() => process.exit(0), error => {
  console.error(error);
  process.exit(1);
});
