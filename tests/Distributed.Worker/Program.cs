using System.Globalization;
using Recurve.Devices;
using Recurve.Distributed;
using Recurve.Distributed.Worker;

// a test's double of CUDA's libraries, compiled before
if (Environment.GetEnvironmentVariable("RECURVE_DOUBLE") is { Length: > 0 } library)
{
    foreach (string name in (string[])[NativeLibraries.Cuda, NativeLibraries.Nvrtc, NativeLibraries.Cublas]) NativeLibraries.Redirect(name, library);
}

// What one rank does in a test: the first argument says what.
return World.Run(ranks =>
{
    switch (args[0])
    {
        case "operations":
            Operations.Check(ranks);
            break;
        case "train":
            Job.Train(ranks, new(args[1..]));
            break;
        case "unused":
            Job.LeaveOutWeights(ranks);
            break;
        case "sequences":
            SequenceJob.Compare(ranks, int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture), scanned: args is [_, _, _, "scanned", ..], Job.DeviceOf(args[4]));
            break;
        case "descend":
            SequenceJob.Descend(ranks, Job.DeviceOf(args[1]));
            break;
        case "bits":
            SequenceBits.Compare(ranks, swapped: args is [_, "swapped"]);
            break;
        case "memory":
            SequenceMemory.Measure(ranks, int.Parse(args[1], CultureInfo.InvariantCulture));
            break;
        case "streams":
            Job.DrawFromStreams(ranks, args[1]);
            break;
        case "wire":
            Wire.Step(ranks, int.Parse(args[1], CultureInfo.InvariantCulture));
            break;
        case "sequential":
            SequenceJob.StepByStep(ranks);
            break;
        case "truncate":
            Failures.Truncate(ranks);
            break;
        case "throw":
            Failures.Throw(ranks);
            break;
        case "throw-late":
            Failures.ThrowLate(ranks);
            break;
        case "exit":
            Failures.Exit(ranks);
            break;
        case "shapes":
            Failures.OtherShapes(ranks);
            break;
        default:
            throw new ArgumentException($"There is no job '{args[0]}'.");
    }
    return 0;
});
