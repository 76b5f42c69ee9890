namespace Recurve.EndToEnd.Tests.Sliced;

/// <summary>A factor with which each sequence starts, and which it keeps until a reset.</summary>
[Cell]
sealed partial class Keeper(int units)
{
    [State(Trained = true)] Vec factor = new(units);
    [State(Trained = true)] Vec h = new(units);

    Vec Step(Vec x) => h = 0.999 * h + factor * x;
}

/// <summary>A delay, and a complex state that is asked to run step by step.</summary>
[Cell(Strategy = Strategy.Sequential)]
sealed partial class SlowSpin(int units)
{
    [State] Vec before = new(units);
    [State] CVec c = new(units);

    Vec Step([Size(3)] Vec x)
    {
        Vec y = before + Functions.Mean(x);
        before = Functions.Mean(x) + Functions.Real(c);
        c = Functions.Polar(0.9, 0.1) * c + Functions.Mean(x);
        return y;
    }
}

/// <summary>Products of inputs.</summary>
[Cell]
sealed partial class Powers
{
    [State] Vec h = new(1);

    Vec Step([Size(1)] Vec x) => h = x * h + 1;
}
