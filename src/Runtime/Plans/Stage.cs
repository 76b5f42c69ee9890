using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>One operation of a plan: from operand signals to results. Holds no memory; <see cref="Bind(Run)"/> gives it some.</summary>
/// <param name="operands">What it reads.</param>
/// <param name="resultWidths">Width of each result.</param>
/// <param name="states">States whose sequence it computes.</param>
internal abstract class Stage(Signal[] operands, int[] resultWidths, params int[] states)
{
    /// <summary>Unique within the plan, loops' inner stages included.</summary>
    public int Index { get; set; }

    public Rate Rate { get; set; }

    public Signal[] Operands { get; protected set; } = operands;

    /// <summary>What it may read beside its operands, which stand for it in the backward pass.</summary>
    public virtual Signal[] Peeks => [];

    /// <summary>Filled by the recorder: one slot for each of <see cref="ResultWidths"/>.</summary>
    public Signal[] Results { get; set; } = [];

    public int[] ResultWidths { get; } = resultWidths;

    /// <summary>States whose sequence this stage computes.</summary>
    public int[] States { get; } = states;

    /// <summary>Whether the adjoint of operand <paramref name="index"/> can differ from zero.</summary>
    public virtual bool IsDifferentiable(int index) => true;

    /// <summary>Whether on a device it reads and writes rows of every <see cref="Precision"/>.</summary>
    public virtual bool TakesEveryPrecision => false;

    /// <summary>Stages that run inside this one.</summary>
    public virtual IReadOnlyList<Stage> Inner => [];

    /// <summary>Whether it may run backward from another binding than the one that ran forward: it keeps nothing from there but its results.</summary>
    public virtual bool IsRebindable => Inner.Count == 0;

    /// <summary>For the report of a run.</summary>
    public abstract string Describe();

    /// <summary>For the report of a run in which the stage had a choice.</summary>
    public virtual string Describe(StageOutcome outcome) => Describe();

    /// <summary>Binds the values of operands and results, which have memory by now.</summary>
    public abstract StageRun Bind(Run run);

    /// <summary>Adds the nodes of an ONNX graph that compute the results from the operands.</summary>
    /// <exception cref="NotSupportedException">There are none that do.</exception>
    public abstract void Export(OnnxPlan plan);

    /// <summary>As <see cref="Bind(Run)"/> on a device: values are addresses of it, and windows hold all batches.</summary>
    /// <exception cref="DeviceException">The stage cannot run there.</exception>
    public virtual StageRun Bind(Run run, Accelerator device) => throw new DeviceException(
        $"{run.Plan.Definition.Info.Cell}: the stage '{Describe()}' cannot run on {device.Name} yet; move the cell and its inputs to the processor.");
}

/// <summary>A stage bound to the memory of one run.</summary>
internal abstract class StageRun
{
    /// <summary>Before the first window: values that are constant over the call are known now.</summary>
    public virtual void BeginForward() { }

    public abstract void Forward(in Window window);

    /// <summary>What the last forward pass decided; null: there was no choice.</summary>
    public virtual StageOutcome? Outcome => null;

    /// <summary>Before the first window backward: adjoints have memory by now. Windows come in at most <paramref name="groups"/> groups.</summary>
    public abstract void BeginBackward(int groups);

    public abstract void Backward(in Window window);

    /// <summary>After the last window backward: sums over rows are completed, scratch is given back.</summary>
    public abstract void EndBackward();

    /// <summary>Gives back what the forward pass made beside its results.</summary>
    public virtual void Release() { }
}
