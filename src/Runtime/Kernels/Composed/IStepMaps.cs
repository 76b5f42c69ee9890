using System.Numerics;

namespace Recurve.Kernels.Composed;

/// <summary>
/// The maps of one class of steps, closed under composition. Everything is in double precision, a vector of channels at a time; a map is an
/// array of <see cref="Numbers"/> vectors, laid out as <see cref="Contracts.StepMap{V}"/> says.
/// </summary>
internal unsafe interface IStepMaps
{
    /// <summary>States k of one channel.</summary>
    static abstract int States { get; }

    /// <summary>Numbers of one map.</summary>
    static abstract int Numbers { get; }

    /// <summary>What composing the map of a step costs, in steps: measured of one and two affine states and of Clamped, of the others estimated by their operations.</summary>
    static abstract double Cost { get; }

    /// <summary>Number <paramref name="index"/> of the map that changes nothing.</summary>
    static abstract double Identity(int index);

    /// <summary>What number <paramref name="index"/> of a step's map adds to <see cref="Reach.Steps"/>: its magnitude, where it multiplies or adds.</summary>
    static abstract Vector<float> Magnitude(int index, Vector<float> number);

    /// <summary>map ← last step ∘ … ∘ first step ∘ map. The map stays in registers from step to step.</summary>
    /// <param name="steps">Number i of step t at 2 (t × <see cref="Numbers"/> + i).</param>
    /// <param name="count">How many steps.</param>
    /// <param name="map">Number i at i × <paramref name="stride"/>.</param>
    /// <param name="stride">Doubles between two numbers of the map.</param>
    /// <param name="states">Grows by what the maps on the way can make of a state: <see cref="Reach.States"/>.</param>
    static abstract void Compose(Vector<double>* steps, int count, double* map, nint stride, ref Vector<double> states);

    /// <summary>state ← map(state), k vectors.</summary>
    static abstract void Apply(Vector<double>* map, Vector<double>* state);

    /// <summary>All-ones bits where the maps can be applied to a state: finite ones, unless the class gives an infinite one a meaning.</summary>
    static abstract Vector<double> CanCarry(Vector<double> state);

    /// <summary>Whether no value of the serial loop overflows, nor a value between, when the state before has this magnitude.</summary>
    static abstract bool IsWithin(double steps, double states, double magnitude);
}

/// <summary>
/// Sums of magnitudes on the way through a tile, which no one of them exceeds: of the steps' numbers, and of the states that a
/// composed map makes of a state of magnitude one. A NaN or an infinity among them stays.
/// </summary>
internal struct Reach
{
    // below this nothing overflows by the rounding of the few operations behind a bound
    public const double Safe = 1e38;

    public Vector<double> Steps, States;

    /// <summary>The greatest of a vector; NaN if one is.</summary>
    public static double Greatest(Vector<double> sums)
    {
        double greatest = 0;
        for (var i = 0; i < Vector<double>.Count; i++) greatest = Math.Max(greatest, sums[i]);
        return greatest;
    }
}
