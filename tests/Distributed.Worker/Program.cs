using System.Globalization;
using Recurve.Distributed;
using Recurve.Distributed.Worker;

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
            SequenceJob.Compare(ranks, int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture), scanned: args is [.., "scanned"]);
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
