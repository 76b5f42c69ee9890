namespace Recurve;

using Number = System.Numerics.Complex;

public static partial class Functions
{
    /// <summary>re + i·im.</summary>
    public static CVec Complex(Vec re, Vec im)
        => new(Lift.Zip(re.Values, im.Values, Shapes.Common(re.Size, im.Size, nameof(Complex)), static (x, y) => new Number(x, y)));

    /// <summary>magnitude · e^(i·phase), the phase in radians.</summary>
    public static CVec Polar(Vec magnitude, Vec phase)
        => new(Lift.Zip(magnitude.Values, phase.Values, Shapes.Common(magnitude.Size, phase.Size, nameof(Polar)),
            static (r, phi) => new Number(r * Math.Cos(phi), r * Math.Sin(phi))));

    /// <summary>Real part.</summary>
    public static Vec Real(CVec v) => new(Array.ConvertAll(v.Values, static x => x.Real));

    /// <summary>Imaginary part.</summary>
    public static Vec Imaginary(CVec v) => new(Array.ConvertAll(v.Values, static x => x.Imaginary));

    /// <summary>The imaginary part negated.</summary>
    public static CVec Conjugate(CVec v) => new(Array.ConvertAll(v.Values, Number.Conjugate));

    /// <summary>eᵛ.</summary>
    public static CVec Exp(CVec v) => new(Array.ConvertAll(v.Values, Number.Exp));

    /// <summary>Magnitude.</summary>
    public static Vec Abs(CVec v) => new(Array.ConvertAll(v.Values, Number.Abs));
}
