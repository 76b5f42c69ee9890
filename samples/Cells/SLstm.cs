using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// sLSTM with diagonal recurrent weights (Beck et al. 2024, xLSTM, arXiv 2405.04517): z = τ(W x + r h + b), o = σ(…), an exponential input gate eⁱ, a forget gate σ(f),
/// c = σ(f) c + eⁱ z, n = σ(f) n + eⁱ, h = o c/n; c and n are kept divided by eᵐ, m = max(log σ(f) + m, i), so that nothing overflows.
/// The forget biases start spread over (3, 6).
/// </summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class SLstm(int inputs, int units)
{
    [Weight] readonly Mat wz = new(units, inputs), wi = new(units, inputs), wf = new(units, inputs), wo = new(units, inputs);
    [Weight] readonly Vec rz = new(units), ri = new(units), rf = new(units), ro = new(units);
    [Weight] readonly Vec bz = new(units), bi = new(units), bf = new(units, k => 3 + 3 * (k + 0.5) / units), bo = new(units);
    [State] Vec c = new(units), n = new(units), m = new(units), h = new(units);

    Vec Step(Vec x)
    {
        Vec z = Tanh(wz * x + rz * h + bz);
        Vec i = wi * x + ri * h + bi;
        Vec kept = m - Softplus(-(wf * x + rf * h + bf)); // m + log σ(f)
        Vec o = Sigmoid(wo * x + ro * h + bo);
        m = Max(kept, i);
        Vec forget = Exp(kept - m), input = Exp(i - m);
        c = forget * c + input * z;
        n = forget * n + input;
        h = o * (c / n);
        return h;
    }
}
