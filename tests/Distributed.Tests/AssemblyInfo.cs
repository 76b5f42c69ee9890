// ranks wait for each other: two jobs at once on few processors take longer than one after the other
[assembly: CollectionBehavior(DisableTestParallelization = true)]
