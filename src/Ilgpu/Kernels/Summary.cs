namespace Recurve.Ilgpu.Kernels;

/// <summary>
/// What a tile does to the state of a channel (Tiles.cl): one map of its class, in double precision. A reset cuts it: what follows starts from known states.
/// With it the sums of magnitudes that bound its values (docs/decisions/0004).
/// </summary>
unsafe struct Summary<TMaps> where TMaps : struct, IMaps
{
    readonly double* map;
    readonly int states, numbers;
    double steps, reach;
    bool isCut;

    /// <summary>Whether a reset cuts it.</summary>
    public readonly bool IsCut => isCut;

    /// <param name="map">Memory of the item for <see cref="BodyWords.MostNumbers"/>.</param>
    /// <param name="states">k.</param>
    public Summary(double* map, int states)
    {
        this.map = map;
        this.states = states;
        numbers = TMaps.Numbers(states);
        Restart(isCut: false);
    }

    public void Restart(bool isCut)
    {
        for (var i = 0; i < numbers; i++) map[i] = TMaps.Identity(i, states);
        (steps, reach, this.isCut) = (0.0, 0.0, isCut);
    }

    public void Append(float* step)
    {
        for (var i = 0; i < numbers; i++) steps += TMaps.Magnitude(i, step[i]);
        reach += TMaps.Compose(step, map, states);
    }

    /// <summary>To (unit, number, channel): the map, two bounds, and whether a reset cuts it.</summary>
    public readonly void Store(double* target, long unit, in Sequences sequences)
    {
        var count = numbers + 3;
        for (var i = 0; i < numbers; i++) target[sequences.Number(unit, i, count)] = map[i];
        target[sequences.Number(unit, numbers, count)] = steps;
        target[sequences.Number(unit, numbers + 1, count)] = reach;
        target[sequences.Number(unit, numbers + 2, count)] = isCut ? 1.0 : 0.0;
    }

    public void Load(double* source, long unit, in Sequences sequences)
    {
        var count = numbers + 3;
        for (var i = 0; i < numbers; i++) map[i] = source[sequences.Number(unit, i, count)];
        steps = source[sequences.Number(unit, numbers, count)];
        reach = source[sequences.Number(unit, numbers + 1, count)];
        isCut = source[sequences.Number(unit, numbers + 2, count)] != 0.0;
    }

    /// <summary>The states behind the tile, if no value of the serial loop inside it, nor of the composition, can have overflowed; else they are left.</summary>
    /// <param name="cut">Where the tile starts behind a reset.</param>
    /// <param name="carry">The states before it, then behind it.</param>
    /// <param name="scratch">Twice as many numbers.</param>
    public readonly bool TryFold(float* cut, double* carry, double* scratch)
    {
        double* before = scratch;
        double* after = scratch + states;
        var magnitude = 0.0;
        var holds = true;
        for (var k = 0; k < states; k++)
        {
            before[k] = isCut ? cut[k] : carry[k];
            holds = holds && TMaps.CanCarry(before[k]);
            var size = Math.Abs(before[k]);
            if (size <= double.MaxValue && size > magnitude) magnitude = size;
        }
        TMaps.Apply(map, before, after, states);
        for (var k = 0; k < states; k++) holds = holds && TMaps.CanCarry(after[k]);
        if (!holds || !TMaps.IsWithin(steps, reach, magnitude, states)) return false;
        for (var k = 0; k < states; k++) carry[k] = after[k];
        return true;
    }
}

/// <summary>How the steps of a class compose, in double precision.</summary>
unsafe interface IMaps
{
    /// <summary>Numbers of a map of k states.</summary>
    static abstract int Numbers(int states);

    static abstract double Identity(int number, int states);

    static abstract double Magnitude(int number, float value);

    /// <summary>The step after the map; what a state of magnitude one can become by it.</summary>
    static abstract double Compose(float* step, double* map, int states);

    static abstract void Apply(double* map, double* state, double* result, int states);

    static abstract bool CanCarry(double state);

    /// <summary>Whether nothing overflows in single precision by the rounding of the few operations behind a bound.</summary>
    static abstract bool IsWithin(double steps, double reach, double magnitude, int states);
}
