// threads are counted for the whole process in one test
[assembly: CollectionBehavior(DisableTestParallelization = true)]
