"use strict";
// Puts charts to zoom in and to point at in the place of those that the server drew. Those stay where the library is not built in, or the numbers cannot be had.
(async () => {
    const place = document.querySelector("[data-history]");
    if (!place || !window.uPlot)
        return;
    const answer = await fetch(place.dataset.history);
    if (!answer.ok)
        return;

    const days = await answer.json();
    const words = place.dataset;
    const begins = days.map(day => Date.parse(`${day.day.slice(0, 10)}T00:00:00+08:00`) / 1000);
    const below = value => value == null ? null : -value;
    const inBeijing = seconds => uPlot.tzDate(new Date(seconds * 1000), "Asia/Shanghai");
    const dayText = uPlot.fmtDate("{YYYY}-{MM}-{DD}");
    const number = value => value == null ? "–" : Math.abs(value).toLocaleString("en-US");
    const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const line = (label, stroke) => ({ label, stroke: colour(stroke), width: 2, value: (_, value) => number(value) });
    const bars = (label, fill) => ({ label, fill: colour(fill), paths: uPlot.paths.bars({ size: [0.8] }), points: { show: false }, value: (_, value) => number(value) });

    const growth = () => ({
        series: [line(words.atMost, "--line"), line(words.atLeast, "--bounds")],
        data: [days.map(day => day.at_most), days.map(day => day.at_least)],
        bands: [{ series: [1, 2], fill: colour("--bounds") }],
    });
    // What surely left stands before what may have.
    const flow = () => ({
        series: [bars(words.new, "--new"), bars(words.goneAtMost, "--perhaps"), bars(words.goneAtLeast, "--gone")],
        data: [days.map(day => day.new), days.map(day => below(day.left_at_most)), days.map(day => below(day.left_at_least))],
        range: (_, low, high) => uPlot.rangeNum(Math.min(0, low), Math.max(0, high), 0.1, true),
    });

    const height = 240;
    const draw = (room, { series, data, bands, range }) => {
        const axis = { stroke: colour("--faint"), grid: { stroke: colour("--rule"), width: 1 }, ticks: { show: false } };
        const chart = new uPlot({
            width: room.clientWidth,
            height,
            tzDate: inBeijing,
            series: [{ label: words.day, value: (_, seconds) => seconds == null ? "–" : dayText(inBeijing(seconds)) }, ...series],
            bands,
            scales: range ? { y: { range } } : {},
            axes: [
                { ...axis, space: 100, incrs: [1, 2, 7, 14, 30, 91, 182, 365].map(count => count * 86400), values: (_, marks) => marks.map(mark => dayText(inBeijing(mark))) },
                { ...axis, size: 90, values: (_, marks) => marks.map(mark => mark.toLocaleString("en-US")) },
            ],
        }, [begins, ...data], room);
        chart.setScale("x", { min: begins[Math.max(0, days.length - words.shown)], max: begins[days.length - 1] });
        return chart;
    };

    // Of an account whose followers are not known yet, the server draws no growth.
    const rooms = [growth, flow].map((make, at) => ({ make, svg: place.querySelectorAll("figure")[at].querySelector("svg") })).filter(({ svg }) => svg).map(({ make, svg }) => {
        const room = document.createElement("div");
        room.className = "room";
        room.setAttribute("role", "group");
        room.setAttribute("aria-label", svg.getAttribute("aria-label"));
        svg.replaceWith(room);
        return { make, room };
    });
    let charts = [];
    const drawAll = () => {
        charts.forEach(chart => chart.destroy());
        charts = rooms.map(({ make, room }) => draw(room, make()));
    };
    drawAll();
    document.querySelectorAll(".hint").forEach(hint => { hint.hidden = false; });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
    new ResizeObserver(() => charts.forEach((chart, at) => chart.setSize({ width: rooms[at].room.clientWidth, height }))).observe(place);
})();
