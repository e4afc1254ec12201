// The customer's bot, as npm's wechat makes it: answers every event and message, and writes what it heard on a line each. "slow" takes six seconds.
'use strict';
const http = require('http');
const wechat = require('wechat');

const [token, encodingAESKey, appid] = process.argv.slice(2);
const handle = wechat({ token, encodingAESKey, appid }, (req, res) => {
  console.log(JSON.stringify(req.weixin));
  setTimeout(() => res.reply('hi'), req.weixin.Content === 'slow' ? 6000 : 0);
});

const server = http.createServer((req, res) => {
  req.query = Object.fromEntries(new URL(req.url, 'http://bot').searchParams);
  handle(req, res, error => { res.statusCode = 500; res.end(String(error)); });
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
process.stdin.on('end', () => process.exit()).resume();
