using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Unitary evolution network (Arjovsky, Shah and Bengio 2016, arXiv 1511.06464) in real pairs: h = modReLU(U h + V x), y = W [Re h; Im h] + d, with
/// U = D₃ R₂ D₂ Π R₁ D₁ of diagonal phases D, complex reflections R = I − 2 v v*/‖v‖² and a reversal Π; the paper's Fourier transforms are left out.
/// modReLU(z) = relu(|z| + b) z/|z| with 10⁻⁵ added to |z|² under the root. Phases start spread over (−π, π).
/// </summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class UnitaryRnn(int inputs, int units, int outputs)
{
    [Weight] readonly Vec d1 = new(units, i => Math.PI * ((2 * i + 1.0) / units - 1)), d2 = new(units, i => Math.PI * ((2 * i + 1.0) / units - 1));
    [Weight] readonly Vec d3 = new(units, i => Math.PI * ((2 * i + 1.0) / units - 1));
    [Weight] readonly Vec r1 = new(units, i => Math.Cos(i)), j1 = new(units, i => Math.Sin(2 * i)), r2 = new(units, i => Math.Cos(3 * i)), j2 = new(units, i => Math.Sin(4 * i));
    [Weight] readonly Mat vr = new(units, inputs), vj = new(units, inputs), w = new(outputs, 2 * units);
    [Weight] readonly Vec b = new(units), d = new(outputs);
    [State(Trained = true)] Vec re = new(units), im = new(units);

    Vec Step(Vec x)
    {
        var (p, q) = Reflect(Turn((re, im), d1), (r1, j1));
        (p, q) = Reflect(Turn((Reverse(p), Reverse(q)), d2), (r2, j2));
        (p, q) = Turn((p, q), d3);
        (p, q) = (p + vr * x, q + vj * x);
        Vec length = Sqrt(p * p + q * q + 1e-5);
        Vec scale = Relu(length + b) / length;
        (re, im) = (scale * p, scale * q);
        return w * Concat(re, im) + d;
    }

    static (Vec, Vec) Turn((Vec Re, Vec Im) z, Vec phase)
        => (Cos(phase) * z.Re - Sin(phase) * z.Im, Sin(phase) * z.Re + Cos(phase) * z.Im);

    static (Vec, Vec) Reflect((Vec Re, Vec Im) z, (Vec Re, Vec Im) v)
    {
        Vec half = 2 / (Dot(v.Re, v.Re) + Dot(v.Im, v.Im));
        Vec re = half * (Dot(v.Re, z.Re) + Dot(v.Im, z.Im)), im = half * (Dot(v.Re, z.Im) - Dot(v.Im, z.Re));
        return (z.Re - (re * v.Re - im * v.Im), z.Im - (re * v.Im + im * v.Re));
    }
}
