<?php
// A page that visitors are sent on to. Try it: FS_APPID=wx… FS_KEY=… php -S 127.0.0.1:9001 receive.php

/** The visitor's openid; null when there is none, or the address was not signed for this page just now. */
function fs_openid(array $query, string $appid, string $key, int $now): ?string
{
    $part = fn(string $name): string => is_string($query[$name] ?? null) ? $query[$name] : '';
    $line = implode('|', [$appid, $part('fs_openid'), $part('fs_unionid'), $part('fs_state'), $part('fs_time')]);
    $isOurs = hash_equals(hash_hmac('sha256', $line, $key), $part('fs_sig'));
    $isNow = ctype_digit($part('fs_time')) && abs($now - (int)$part('fs_time')) <= 300;
    return $isOurs && $isNow && $part('fs_openid') !== '' ? $part('fs_openid') : null;
}

$openid = fs_openid($_GET, (string)getenv('FS_APPID'), (string)getenv('FS_KEY'), time());
header('Content-Type: text/plain; charset=utf-8');
header('Cache-Control: no-store');
header('Referrer-Policy: no-referrer');
http_response_code($openid === null ? 403 : 200);
echo $openid === null ? "no visitor\n" : "$openid\n";
