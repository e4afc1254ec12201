using FollowerSync.Benchmarks;

// Called by itself with a contestant's name, so that every measurement is a process of its own.
if (args is ["contestant", string name, string address, string database, string inFlight])
    return await ContestantProcess.RunAsync(name, new Uri(address), database, int.Parse(inFlight, System.Globalization.CultureInfo.InvariantCulture));

BenchOptions options = BenchOptions.Parse(args);
return await (options.Arrivals ? ArrivalBench.RunAsync(options) : options.Year ? YearBench.RunAsync(options) : Bench.RunAsync(options));
