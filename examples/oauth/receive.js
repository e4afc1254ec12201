// A page that visitors are sent on to. Try it: FS_APPID=wx… FS_KEY=… PORT=9002 node receive.js
'use strict';
const { createHmac, timingSafeEqual } = require('node:crypto');
const http = require('node:http');

/** The visitor's openid; null when there is none, or the address was not signed for this page just now. */
function fsOpenId(query, appid, key, nowSeconds) {
  const part = (name) => query.get(name) ?? '';
  const line = [appid, part('fs_openid'), part('fs_unionid'), part('fs_state'), part('fs_time')].join('|');
  const expected = Buffer.from(createHmac('sha256', key).update(line, 'utf8').digest('hex'));
  const given = Buffer.from(part('fs_sig'));
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
  const isNow = /^\d{1,12}$/.test(part('fs_time')) && Math.abs(nowSeconds - Number(part('fs_time'))) <= 300;
  return isOurs && isNow && part('fs_openid') !== '' ? part('fs_openid') : null;
}

const server = http.createServer((request, response) => {
  const query = new URL(request.url, 'http://localhost').searchParams;
  const openid = fsOpenId(query, process.env.FS_APPID, process.env.FS_KEY, Math.floor(Date.now() / 1000));
  response.writeHead(openid === null ? 403 : 200, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  response.end(openid === null ? 'no visitor\n' : `${openid}\n`);
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
