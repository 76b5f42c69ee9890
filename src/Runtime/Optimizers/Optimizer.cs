using Recurve.Devices;

namespace Recurve;

/// <summary>Changes parameters along their gradients.</summary>
public abstract class Optimizer
{
    private protected static readonly DeviceProgram DeviceText = DeviceProgram.Of("Optimizers.cl");

    readonly Parameter[] parameters;

    private protected Optimizer(IEnumerable<Parameter> parameters, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        this.parameters = [.. parameters];
        if (this.parameters.DistinctBy(p => p.Value, ReferenceEqualityComparer.Instance).Count() != this.parameters.Length)
            throw new ArgumentException("A parameter is given twice.", nameof(parameters));
        LearningRate = learningRate;
    }

    /// <summary>What is trained, in the order given.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>Size of a step; schedules set it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to a negative number or NaN.</exception>
    public double LearningRate
    {
        get;
        set => field = Required(value, nameof(LearningRate));
    }

    /// <summary>One step for every parameter that has a gradient.</summary>
    public void Step()
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].Grad is not { } gradient) continue;
            var value = parameters[i].Value;
            Device.RequireSame("Step", value, gradient);
            MoveState(i, value.Device);
            Update(i, value, gradient);
            value.Storage.Changes++;
            GC.KeepAlive(value);
            GC.KeepAlive(gradient);
        }
    }

    /// <summary>Forgets all gradients, so that the next Backward starts from zero.</summary>
    public void ZeroGrad()
    {
        foreach (var parameter in parameters) parameter.Value.Grad = null;
    }

    /// <summary>Brings what belongs to parameter <paramref name="index"/> to where the parameter is, which may have been moved.</summary>
    private protected abstract void MoveState(int index, Device device);

    /// <summary>Writes the new values of parameter <paramref name="index"/>.</summary>
    private protected abstract void Update(int index, Tensor value, Tensor gradient);

    /// <summary>What must be saved to continue exactly: by parameter name and kind, such as <c>0.wz.momentum</c>.</summary>
    internal abstract IEnumerable<(string Name, Tensor Value)> State { get; }

    /// <summary>Zeros in the shape of each parameter.</summary>
    private protected Tensor[] Moments() => [.. parameters.Select(p => Tensor.Zeros(p.Value.Device, p.Value.Shape))];

    private protected IEnumerable<(string Name, Tensor Value)> Named(string kind, Tensor[] tensors)
        => tensors.Select((tensor, i) => ($"{parameters[i].Name}.{kind}", tensor));

    private protected static double Required(double value, string name)
        => value >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, "Expected a number not below 0.");

    private protected static double Fraction(double value, string name)
        => value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(name, value, "Expected a number in [0, 1).");
}
