// WeChat as npm's wechat-crypto plays it: for each line of JSON on stdin, the query and the body of the push on a line of stdout.
'use strict';
const crypto = require('crypto');
const readline = require('readline');
const WXBizMsgCrypt = require('wechat-crypto');

const sha1 = (...parts) => crypto.createHash('sha1').update(parts.sort().join('')).digest('hex');

readline.createInterface({ input: process.stdin }).on('line', line => {
  const { token, key, appId, message, timestamp, nonce, mode } = JSON.parse(line);
  const query = { signature: sha1(token, timestamp, nonce), timestamp, nonce };
  let body = message;
  if (mode !== 'plain') {
    const wechat = new WXBizMsgCrypt(token, key, appId);
    const encrypted = wechat.encrypt(message);
    Object.assign(query, { encrypt_type: 'aes', msg_signature: wechat.getSignature(timestamp, nonce, encrypted) });
    const own = mode === 'compatible' ? message.replace(/^<xml>|<\/xml>$/g, '') : '<ToUserName><![CDATA[gh_brand]]></ToUserName>';
    body = message.startsWith('{')
      ? JSON.stringify({ ToUserName: 'gh_brand', Encrypt: encrypted })
      : `<xml>${own}<Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
  }
  console.log(JSON.stringify({ query: new URLSearchParams(query).toString(), body }));
});
