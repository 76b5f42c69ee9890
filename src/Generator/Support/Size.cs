using System.Globalization;

namespace Recurve.Generator.Support;

/// <summary>
/// A polynomial with integer coefficients in the constructor's parameters: the size of an axis, kept in normal form,
/// so that two sizes are equal exactly when their polynomials are.
/// </summary>
internal sealed class Size : IEquatable<Size>
{
    // monomial ("", "units", "inputs*units": factors sorted) and coefficient, never zero, sorted by monomial
    readonly (string Monomial, long Coefficient)[] terms;
    readonly int hash;
    string[]? parameters;

    Size((string Monomial, long Coefficient)[] terms)
    {
        this.terms = terms;
        foreach (var (monomial, coefficient) in terms)
            hash = unchecked((hash * 31 + monomial.GetHashCode()) * 31 + coefficient.GetHashCode());
    }

    public static Size One { get; } = Of(1);

    public static Size Of(long value) => new(Sorted(value == 0 ? [] : [("", value)]));

    public static Size Parameter(string name) => new(Sorted([(name, 1)]));

    /// <summary>The value, if the size does not depend on a parameter.</summary>
    public long? Literal => terms.Length == 0 ? 0 : terms.Length == 1 && terms[0].Monomial == "" ? terms[0].Coefficient : null;

    public IReadOnlyList<string> Parameters
        => parameters ??= [.. terms.Where(t => t.Monomial != "").SelectMany(t => t.Monomial.Split('*')).Distinct()];

    /// <summary>Terms as (factors, coefficient).</summary>
    public IEnumerable<(string[] Factors, long Coefficient)> Terms
        => terms.Select(t => (t.Monomial == "" ? [] : t.Monomial.Split('*'), t.Coefficient));

    public static Size operator +(Size a, Size b)
        => a.terms.Length == 0 ? b : b.terms.Length == 0 ? a : new(Sorted(a.terms.Concat(b.terms)));

    public static Size operator -(Size a) => new([.. a.terms.Select(t => (t.Monomial, -t.Coefficient))]);

    public static Size operator -(Size a, Size b) => a + -b;

    public static Size operator *(Size a, Size b) => new(Sorted(
        from s in a.terms from t in b.terms select (Monomial(s.Monomial, t.Monomial), s.Coefficient * t.Coefficient)));

    /// <summary>This polynomial with <paramref name="value"/> in place of <paramref name="parameter"/>.</summary>
    public Size With(string parameter, Size value) => With(factor => factor == parameter ? value : Parameter(factor));

    /// <summary>This polynomial with the value of each parameter in its place, all at once.</summary>
    public Size With(Func<string, Size> value) => Terms.Aggregate(Of(0), (sum, term) => sum + term.Factors
        .Aggregate(Of(term.Coefficient), (product, factor) => product * value(factor)));

    /// <summary>The size of <paramref name="parameter"/> that makes this polynomial zero, if it stands in it alone, once, with factor ±1.</summary>
    public Size? RootIn(string parameter)
    {
        var with = Terms.Where(t => t.Factors.Contains(parameter)).ToList();
        if (with.Count != 1 || with[0].Factors.Length != 1 || Math.Abs(with[0].Coefficient) != 1) return null;
        var rest = this - Parameter(parameter) * Of(with[0].Coefficient);
        return rest * Of(-with[0].Coefficient);
    }

    /// <summary>Whether it is below zero for all parameters of at least 1, as far as the signs of its terms tell, in what the parameters have above 1.</summary>
    public bool IsNegative => With(p => Parameter(p) + One).terms is { Length: > 0 } above && above[0].Monomial == "" && above.All(t => t.Coefficient < 0);

    public bool Equals(Size? other)
        => ReferenceEquals(this, other) || other is not null && hash == other.hash && Same(terms, other.terms);

    public override bool Equals(object? obj) => Equals(obj as Size);

    public override int GetHashCode() => hash;

    /// <summary>As the user would write it: <c>2 * units + 1</c>; also valid C#.</summary>
    public override string ToString()
    {
        if (terms.Length == 0) return "0";
        var text = "";
        foreach (var (factors, coefficient) in Terms.OrderByDescending(t => t.Factors.Length))
        {
            var sign = coefficient < 0 ? (text == "" ? "-" : " - ") : text == "" ? "" : " + ";
            var magnitude = Math.Abs(coefficient);
            var product = string.Join(" * ", factors);
            var number = magnitude.ToString(CultureInfo.InvariantCulture);
            text += sign + (factors.Length == 0 ? number : magnitude == 1 ? product : $"{number} * {product}");
        }
        return text;
    }

    static string Monomial(string a, string b)
        => a == "" ? b : b == "" ? a : string.Join("*", $"{a}*{b}".Split('*').Where(f => f != "").OrderBy(f => f, StringComparer.Ordinal));

    static bool Same((string, long)[] a, (string, long)[] b)
    {
        if (a.Length != b.Length) return false;
        for (var i = 0; i < a.Length; i++)
        {
            if (!a[i].Equals(b[i])) return false;
        }
        return true;
    }

    static (string, long)[] Sorted(IEnumerable<(string Monomial, long Coefficient)> terms)
    {
        var sum = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (monomial, coefficient) in terms)
        {
            sum.TryGetValue(monomial, out var before);
            sum[monomial] = before + coefficient;
        }
        return [.. sum.Where(t => t.Value != 0).Select(t => (t.Key, t.Value))];
    }
}
