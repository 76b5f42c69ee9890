using ILGPU;

namespace Recurve.Ilgpu.Kernels;

/// <summary>Sums.cl.</summary>
static unsafe class Sums
{
    const int SummedUnits = 64;

    public static void SumUnits(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        double* result = call.Doubles();
        double* partials = call.Doubles();
        long units = call.Long(), numbers = call.Long();
        long group = call.Item / numbers, number = call.Item % numbers;
        if (group * SummedUnits >= units) return;
        var end = (group + 1) * SummedUnits < units ? (group + 1) * SummedUnits : units;
        var sum = 0.0;
        for (var unit = group * SummedUnits; unit < end; unit++) sum += partials[unit * numbers + number];
        result[call.Item] = sum;
    }

    public static void GiveSum(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        double* result = call.Doubles();
        double* sum = call.Doubles();
        if (call.Item < call.Int()) result[call.Item] += sum[call.Item];
    }
}
