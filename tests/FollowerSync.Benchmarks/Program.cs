using FollowerSync.Benchmarks;
using FollowerSync.Benchmarks.Pushes;

// Called by itself with a contestant's name, so that every measurement is a process of its own.
if (args is ["contestant", string name, string address, string database, string inFlight])
    return await ContestantProcess.RunAsync(name, new Uri(address), database, int.Parse(inFlight, System.Globalization.CultureInfo.InvariantCulture));
if (args is ["listen", string pushDatabase, string bot])
    return await PushListener.RunAsync(pushDatabase, bot);

BenchOptions options = BenchOptions.Parse(args);
return await (options.Builds.Count > 0 ? ScriptBench.RunAsync(options) : options.Nights ? NightBench.RunAsync(options) : options.Pushes ? PushBench.RunAsync(options) : options.Arrivals ? ArrivalBench.RunAsync(options) : options.Year ? YearBench.RunAsync(options) : Bench.RunAsync(options));
