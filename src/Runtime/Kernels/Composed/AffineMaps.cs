using System.Numerics;
using System.Runtime.CompilerServices;

namespace Recurve.Kernels.Composed;

/// <summary>A number of states, known to the JIT.</summary>
internal interface IStateCount
{
    static abstract int Value { get; }
}

internal readonly struct OneState : IStateCount { public static int Value => 1; }

internal readonly struct TwoStates : IStateCount { public static int Value => 2; }

internal readonly struct ThreeStates : IStateCount { public static int Value => 3; }

internal readonly struct FourStates : IStateCount { public static int Value => 4; }

/// <summary>s = A p + b with k × k coefficients per channel: Block forward, every class backward.</summary>
internal readonly unsafe struct AffineMaps<TCount> : IStepMaps where TCount : struct, IStateCount
{
    public static int States => TCount.Value;

    public static int Numbers => TCount.Value * TCount.Value + TCount.Value;

    public static double Cost => TCount.Value switch { 1 => 20, 2 => 45, 3 => 80, _ => 120 };

    public static double Identity(int index) => index < TCount.Value * TCount.Value && index % (TCount.Value + 1) == 0 ? 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compose(Vector<double>* step, Vector<double>* before, Vector<double>* after, ref Reach reach)
    {
        var k = TCount.Value;
        var (steps, states) = (reach.Steps, reach.States);
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < k; j++)
            {
                var sum = step[i * k] * before[j];
                for (var l = 1; l < k; l++) sum = Vector.FusedMultiplyAdd(step[i * k + l], before[l * k + j], sum);
                after[i * k + j] = sum;
                states += Vector.Abs(sum);
                steps += Vector.Abs(step[i * k + j]);
            }
            var rest = step[k * k + i];
            steps += Vector.Abs(rest);
            for (var l = 0; l < k; l++) rest = Vector.FusedMultiplyAdd(step[i * k + l], before[k * k + l], rest);
            after[k * k + i] = rest;
            states += Vector.Abs(rest);
        }
        (reach.Steps, reach.States) = (steps, states);
    }

    public static void Apply(Vector<double>* map, Vector<double>* state)
    {
        var k = TCount.Value;
        var result = stackalloc Vector<double>[k];
        for (var i = 0; i < k; i++)
        {
            result[i] = map[k * k + i];
            for (var j = 0; j < k; j++) result[i] = Vector.FusedMultiplyAdd(map[i * k + j], state[j], result[i]);
        }
        for (var i = 0; i < k; i++) state[i] = result[i];
    }

    public static Vector<double> CanCarry(Vector<double> state) => Finite.Mask(state);

    public static bool IsWithin(double steps, double states, double magnitude)
        => (steps + 1) * (states + 1) * (magnitude + 1) * TCount.Value < Reach.Safe;
}
