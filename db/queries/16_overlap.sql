-- Which accounts share how many people?
select app_id, other_app_id, people
from wechat.account_overlap
order by people desc, app_id, other_app_id;
