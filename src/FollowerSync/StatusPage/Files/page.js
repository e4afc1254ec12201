"use strict";
// Keeps the lines of running syncs up to date. Without it the page shows what it was loaded with.
(() => {
    const address = document.body.dataset.live;
    if (!address || !window.EventSource)
        return;

    const shown = () => [...document.querySelectorAll("[data-run]")];
    const count = number => number.toLocaleString("en-US");
    const fill = (text, ...values) => values.reduce((filled, value, at) => filled.replace(`{${at}}`, value), text);
    const length = (line, seconds) => seconds < 60 ? fill(line.seconds, seconds)
        : seconds < 3600 ? fill(line.minutes, Math.floor(seconds / 60), seconds % 60)
        : seconds < 172800 ? fill(line.hours, Math.floor(seconds / 3600), Math.floor(seconds % 3600 / 60)) : fill(line.days, Math.floor(seconds / 86400));

    const show = (line, run) => {
        const set = (name, text) => { line.querySelector(name).textContent = text; };
        line.querySelector("progress").value = run.percent;
        set(".phase", line.dataset[`stage${run.stage}`]);
        set(".line", fill(line.dataset.line, count(run.done), count(run.total)));
        set(".rate", run.rate > 0 ? fill(line.dataset.rate, count(Math.round(run.rate))) : "");
        set(".left", run.secondsLeft == null ? "" : fill(line.dataset.left, length(line.dataset, run.secondsLeft)));
    };

    // When a sync begins or ends, the whole page has news.
    const take = runs => {
        const lines = new Map(shown().map(line => [line.dataset.run, line]));
        const about = document.body.dataset.account;
        const ours = runs.filter(run => !about || run.appId === about);
        if (lines.size !== ours.length || ours.some(run => !lines.has(String(run.runId))))
            return location.reload();
        ours.forEach(run => show(lines.get(String(run.runId)), run));
    };

    // A source that got another answer than a stream, as when a session is over or the worker away, never tries again: what is shown would stay as it is.
    const patience = 30000;
    let source;
    let renewal;
    const open = () => {
        source = new EventSource(address);
        source.addEventListener("progress", event => take(JSON.parse(event.data)));
        source.addEventListener("error", event => {
            if (event.target.readyState === EventSource.CLOSED)
                renewal = setTimeout(() => location.reload(), patience);
        });
    };
    // A page that nobody looks at keeps no connection.
    document.addEventListener("visibilitychange", () => {
        clearTimeout(renewal);
        source.close();
        if (!document.hidden)
            open();
    });
    open();
})();
