-- How complete and how old is what I see, and what is missing?
select name, complete_as_of, age, rejected, held, not_confirmed_since, why
from wechat.freshness
order by name;
