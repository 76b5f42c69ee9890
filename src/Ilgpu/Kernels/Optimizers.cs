using ILGPU;

namespace Recurve.Ilgpu.Kernels;

/// <summary>Optimizers.cl.</summary>
static unsafe class Optimizers
{
    public static void Sgd(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* parameter = call.Floats(), gradient = call.Floats(), momentum = call.Floats();
        float mu = call.Float(), decay = call.Float(), rate = call.Float();
        var i = call.Item;
        if (i >= call.Long()) return;
        var step = gradient[i] + decay * parameter[i];
        if (momentum != null)
        {
            step = mu * momentum[i] + step;
            momentum[i] = step;
        }
        parameter[i] += rate * step;
    }

    public static void Adam(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* parameter = call.Floats(), gradient = call.Floats(), means = call.Floats(), squares = call.Floats();
        float shrink = call.Float(), decay = call.Float(), b1 = call.Float(), c1 = call.Float(), b2 = call.Float(), c2 = call.Float();
        float root = call.Float(), epsilon = call.Float(), rate = call.Float();
        var i = call.Item;
        if (i >= call.Long()) return;
        var weight = parameter[i] * shrink;
        var slope = gradient[i] + weight * decay;
        var mean = means[i] * b1 + slope * c1;
        var square = squares[i] * b2 + slope * slope * c2;
        means[i] = mean;
        squares[i] = square;
        parameter[i] = weight + mean / (MathF.Sqrt(square) / root + epsilon) * rate;
    }
}
