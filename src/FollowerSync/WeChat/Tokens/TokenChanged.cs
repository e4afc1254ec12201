using FollowerSync.Accounts;

namespace FollowerSync.WeChat.Tokens;

/// <summary>Hears that a new token of an account is stored. Must return at once: a run waits.</summary>
internal delegate void TokenChanged(AccountOptions account);
