// npm wechat-oauth as a client of the emulated WeChat: argv = base address, AppID, AppSecret, then a code each. Writes a line of JSON for each step.
'use strict';
const OAuth = require('wechat-oauth');

const [base, appid, secret, ...codes] = process.argv.slice(2);
const client = new OAuth(appid, secret);
const request = client.request;
client.request = function (url, options, callback) {
  return request.call(this, url.replace('https://api.weixin.qq.com', base), options, callback);
};
const say = (step, error, result) => console.log(JSON.stringify({ step, name: error?.name, code: error?.code, ...result?.data, ...(result?.openid ? result : {}) }));
const run = (step) => new Promise((resolve) => step((error, result) => resolve([error, result])));

(async () => {
  console.log(JSON.stringify({ step: 'authorize', url: client.getAuthorizeURL('https://fs.example/back?a=1', 'mine', 'snsapi_userinfo') }));
  for (const code of codes) {
    const [error, result] = await run((callback) => client.getAccessToken(code, callback));
    say('token', error, result);
    if (error) continue;
    say('verify', ...(await run((callback) => client.verifyToken(result.data.openid, result.data.access_token, callback))));
    say('refresh', ...(await run((callback) => client.refreshAccessToken(result.data.refresh_token, callback))));
    say('user', ...(await run((callback) => client.getUser({ openid: result.data.openid, lang: 'en' }, callback))));
  }
})();
