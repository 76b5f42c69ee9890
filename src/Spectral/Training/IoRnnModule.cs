using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>A module seen as an input-output network: its parameters by name, and whether it computes what their names say.</summary>
sealed class IoRnnModule
{
    const string Forward = "forward.", Backward = "backward.";
    const double RoundingOfSinglePrecision = 1e-4;

    readonly Module module;
    readonly Dictionary<string, Parameter> parameters;

    /// <exception cref="ArgumentException">Names or shapes of the parameters are not those of an input-output network.</exception>
    public IoRnnModule(Module module)
    {
        this.module = module;
        parameters = module.Parameters.ToDictionary(p => p.Name);
        IsBidirectional = parameters.ContainsKey($"{Forward}a");
        Prefixes = IsBidirectional ? [Forward, Backward] : [""];
        (int, int)[] sizes = [.. Prefixes.Select(Check)];
        if (parameters.Count != 3 * Prefixes.Length || sizes.Distinct().Count() > 1) throw Unsuitable();
    }

    /// <summary>Whether it has two halves.</summary>
    public bool IsBidirectional { get; }

    /// <summary>d_x.</summary>
    public int Inputs => Shape($"{Prefixes[0]}a")[1];

    /// <summary>d_y.</summary>
    public int Outputs => Shape($"{Prefixes[0]}b")[1];

    /// <summary>d_h of each half, forward first.</summary>
    public int[] Units => [.. Prefixes.Select(prefix => Shape($"{prefix}a")[0])];

    string[] Prefixes { get; }

    /// <summary>Writes the parameters and runs a few steps.</summary>
    /// <param name="activation">What the module should compute.</param>
    /// <param name="halves">The parameters, forward first.</param>
    /// <exception cref="ArgumentException">The module computes something else.</exception>
    public void Assign(Activation activation, IoRnnParameters[] halves)
    {
        foreach (var (prefix, half) in Prefixes.Zip(halves))
        {
            foreach (var (name, matrix) in new[] { ("a", half.A1), ("b", half.A2), ("u", half.U) })
                parameters[prefix + name].Assign([.. matrix.ToRowMajorArray().Select(v => (float)v)]);
        }
        const int Steps = 4;
        RandomSource random = new(0);
        // so small that a network which may diverge does not within these steps
        float[] x = [.. Enumerable.Range(0, Steps * Inputs).Select(_ => (float)random.Uniform(-0.5, 0.5))];
        float[] y = module.Forward(Tensor.FromArray(x, 1, Steps, Inputs)).ToArray();
        double[] expected = new double[Steps * Outputs];
        for (int half = 0; half < halves.Length; half++)
        {
            double[] part = halves[half].Run(activation, x, reverse: half == 1);
            for (int i = 0; i < expected.Length; i++) expected[i] += part[i];
        }
        double scale = expected.Max(Math.Abs);
        if (y.Length != expected.Length || y.Zip(expected).Any(p => !(Math.Abs(p.First - p.Second) <= RoundingOfSinglePrecision * scale)))
            throw new ArgumentException($"{module.GetType().Name} does not compute h = f(a x + u h), y = bᵀ h with the {activation} f: on random inputs it gives [{string.Join(", ", y.Take(4))}, …], not [{string.Join(", ", expected.Take(4).Select(v => (float)v))}, …].");
    }

    /// <summary>d_x and d_y of a half.</summary>
    (int Inputs, int Outputs) Check(string prefix)
    {
        int[] a = Shape($"{prefix}a"), b = Shape($"{prefix}b"), u = Shape($"{prefix}u");
        if (a.Length != 2 || b.Length != 2 || u.Length != 2 || b[0] != a[0] || u[0] != a[0] || u[1] != a[0]) throw Unsuitable();
        return (a[1], b[1]);
    }

    int[] Shape(string name) => parameters.TryGetValue(name, out Parameter? parameter) ? parameter.Value.Shape : throw Unsuitable();

    ArgumentException Unsuitable() => new(
        $"{module.GetType().Name} has the parameters {string.Join(", ", parameters.Values)}; expected are a (units, inputs), b (units, outputs) and u (units, units), "
        + "or forward.a to backward.u of two halves with the same inputs and outputs.");
}
