-- Which accounts share how many people?
-- 哪些公众号之间有共同粉丝？各有多少？
select account, other_account, people
from wechat.account_overlap
order by people desc, app_id, other_app_id;
