// Reads an encrypted reply of the bot on stdin as WeChat does: checks its signature, and writes the message in it.
'use strict';
const WXBizMsgCrypt = require('wechat-crypto');
const [token, key, appId] = process.argv.slice(2);
const reply = require('fs').readFileSync(0, 'utf8');
const field = name => new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`, 's').exec(reply)[1];
const wechat = new WXBizMsgCrypt(token, key, appId);
if (wechat.getSignature(field('TimeStamp'), field('Nonce'), field('Encrypt')) !== field('MsgSignature')) throw new Error('wrong signature');
const { message, id } = wechat.decrypt(field('Encrypt'));
if (id !== appId) throw new Error('another account');
console.log(message);
