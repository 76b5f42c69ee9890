namespace Recurve.Spectral.Tests;

/// <summary>Independent steps of independent standard logistic numbers.</summary>
sealed class LogisticScore(int size) : IndependentScore
{
    public override int Inputs => size;

    public override void First(Steps x, Span<double> s)
    {
        for (int k = 0; k < size; k++)
            for (int t = 0; t < x.Count; t++) s[k * x.Count + t] = Math.Tanh(x[k][t] / 2);
    }

    public override void Second(Steps x, Span<double> s)
    {
        for (int i = 0, entry = 0; i < size; i++)
        {
            for (int j = i; j < size; j++, entry++)
            {
                for (int t = 0; t < x.Count; t++)
                {
                    double a = Math.Tanh(x[i][t] / 2), b = Math.Tanh(x[j][t] / 2);
                    s[entry * x.Count + t] = a * b - (i == j ? (1 - a * a) / 2 : 0);
                }
            }
        }
    }
}
