using System.Globalization;
using Recurve.Cells;

namespace Recurve.Distributed.Worker;

/// <summary>A small training: the same for any number of ranks, up to rounding.</summary>
static class Job
{
    const int Sequences = 13, Steps = 29, Inputs = 3, Outputs = 2;

    /// <summary>The options of a training.</summary>
    /// <param name="arguments">Names, each with its value.</param>
    public sealed class Options(string[] arguments)
    {
        public string Folder => Text("folder");

        public int Iterations => int.Parse(Text("iterations", "20"), CultureInfo.InvariantCulture);

        /// <summary>Waits in each iteration, so that there is time to be killed.</summary>
        public TimeSpan Pause => TimeSpan.FromMilliseconds(int.Parse(Text("pause", "0"), CultureInfo.InvariantCulture));

        /// <summary>Where the model and the data are.</summary>
        public Device Device => DeviceOf(Text("device", "cpu"));

        /// <summary>Probability to drop; each rank drops others.</summary>
        public double Dropout => double.Parse(Text("dropout", "0"), CultureInfo.InvariantCulture);

        /// <summary>Writes a checkpoint after each iteration, and goes on from it.</summary>
        public bool KeepsCheckpoints => Text("checkpoints", "no") == "yes";

        string Text(string name, string? standard = null)
            => Array.IndexOf(arguments, $"--{name}") is var at and >= 0 ? arguments[at + 1] : standard ?? throw new ArgumentException($"--{name} is missing.");
    }

    public static Device DeviceOf(string name) => Device.TryGet(name, out Device? device, out string? whyNot) ? device : throw new ArgumentException(whyNot);

    public static Sequential Network(int seed, double dropout = 0)
    {
        Sequential network = new(new MinGru(Inputs, 12), new IndRnnRelu(12, 7), new Dropout(dropout), new Linear(7, Outputs));
        network.Initialize(seed);
        return network;
    }

    public static void Train(Communicator ranks, Options options)
    {
        File.WriteAllText(Path.Combine(options.Folder, $"{ranks.Rank}.pid"), $"{Environment.ProcessId}");
        // only rank 0 has the right weights: the others must get them
        Sequential network = Network(seed: 1 + ranks.Rank, options.Dropout);
        network.To(options.Device);
        DataParallel parallel = new(ranks, network, bucketBytes: 512);
        Sgd optimizer = new(network.Parameters, learningRate: 0.05, momentum: 0.9);
        string checkpoint = Path.Combine(options.Folder, "checkpoint.safetensors");
        int iteration = 0;
        if (options.KeepsCheckpoints && parallel.Mean(File.Exists(checkpoint) ? 1 : 0) == 1)
            iteration = int.Parse(parallel.Load(checkpoint, optimizer)["iteration"], CultureInfo.InvariantCulture);

        Shard shard = Shard.Of(Sequences, ranks);
        Traffic before = ranks.Traffic;
        double loss = 0, norm = 0;
        while (iteration < options.Iterations)
        {
            iteration++;
            var (x, target) = Data(iteration);
            optimizer.ZeroGrad();
            Tensor error = Loss.MeanSquaredError(network.Forward(shard.Rows(x.To(options.Device))), shard.Rows(target.To(options.Device)));
            parallel.Backward(error, shard.Share);
            norm = GradientClip.ByNorm(network.Parameters, 0.5);
            optimizer.Step();
            loss = parallel.Mean(error.Item(), shard.Share);
            if (options.KeepsCheckpoints) parallel.Save(checkpoint, optimizer, [new("iteration", iteration.ToString(CultureInfo.InvariantCulture))]);
            Thread.Sleep(options.Pause);
        }
        Traffic step = ranks.Traffic - before;
        if (ranks.Rank != 0) return;
        network.Save(Path.Combine(options.Folder, "weights.safetensors"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loss {loss:R} norm {norm:R} reduced {step.AllReduce} threads {Kernels.Workers.Count} cuda {(World.TakesCudaMemory ? 1 : 0)}"));
    }

    /// <summary>A weight without a gradient on some ranks gets the others'; one that has none anywhere keeps none.</summary>
    public static void LeaveOutWeights(Communicator ranks)
    {
        Sequential network = new(new Linear(2, 2), new Linear(2, 2), new Linear(2, 2));
        network.Initialize(3);
        DataParallel parallel = new(ranks, network);
        Tensor x = Tensor.FromArray([1, 2], 1, 2);
        // rank 0 uses the first layer, the others the second, nobody the third
        Linear used = (Linear)network.Tree().ElementAt(ranks.Rank == 0 ? 1 : 2).Module;
        parallel.Backward(Loss.MeanSquaredError(used.Forward(x), Tensor.Zeros(1, 2)), share: 1);
        bool[] has = [.. network.Parameters.Select(p => p.Grad is not null)];
        if (!has.SequenceEqual([true, true, ranks.Size > 1, ranks.Size > 1, false, false]))
            throw new InvalidOperationException($"Rank {ranks.Rank} has gradients of {string.Join(", ", network.Parameters.Where(p => p.Grad is not null))}.");
    }

    /// <summary>Ranks draw different masks, whatever seeds they began with, and after loading a checkpoint the same as without.</summary>
    public static void DrawFromStreams(Communicator ranks, string folder)
    {
        Dropout dropout = new(0.5);
        Sequential network = new(new Linear(1, 1), dropout);
        network.Initialize(3 + ranks.Rank);
        DataParallel parallel = new(ranks, network);
        Sgd optimizer = new(network.Parameters, 0.1);
        string path = Path.Combine(folder, "checkpoint.safetensors");
        float[] Mask() => dropout.Forward(Tensor.FromArray([.. Enumerable.Repeat(1f, 64)], 64)).ToArray();
        Mask();
        parallel.Save(path, optimizer);
        float[] mine = Mask(), all = new float[64 * ranks.Size];
        ranks.AllGather<float>(mine, all);
        int different = all.Chunk(64).Select(mask => string.Join(' ', mask)).Distinct().Count();
        Mask();
        parallel.Load(path, optimizer);
        if (different != ranks.Size) throw new InvalidOperationException($"{ranks.Size} ranks drew {different} masks.");
        if (!Mask().SequenceEqual(mine)) throw new InvalidOperationException($"Rank {ranks.Rank} drew another mask after its checkpoint was loaded.");
    }

    static (Tensor X, Tensor Target) Data(int iteration)
    {
        RandomSource random = RandomSource.For(5, $"minibatch {iteration}");
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.Normal())];
        return (Tensor.FromArray(Draw(Sequences * Steps * Inputs), Sequences, Steps, Inputs), Tensor.FromArray(Draw(Sequences * Steps * Outputs), Sequences, Steps, Outputs));
    }
}
