using Recurve.Runtime.Tests.Training;

// The tests' own process for what must happen in a process of its own.
if (args is ["train", var folder]) KillTests.Train(folder);
else throw new ArgumentException("Expected 'train' and a folder; the tests themselves are run by dotnet test.");
