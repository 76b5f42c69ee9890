namespace Recurve.Runtime.Tests.Plans;

public class CellStreamTests
{
    public static TheoryData<string> Cells() => [nameof(MinGruByHand), nameof(GatedByHand), nameof(DelaysByHand), nameof(RowsByHand), nameof(IndRnnByHand)];

    [Theory]
    [MemberData(nameof(Cells))]
    public void EqualsForward(string name)
    {
        const int Batch = 3, Time = 6;
        var cell = Make(name);
        Tensor[] inputs = [.. cell.Definition.Inputs.Select((x, i) => Sequence(Batch, Time, x.Size, seed: i))];
        var (outputs, _) = cell.RunAny(inputs, null, null);
        var stream = cell.CreateStream(Batch);
        for (var pass = 0; pass < 2; pass++)
        {
            for (var t = 0; t < Time; t++)
            {
                var y = new float[Batch * outputs.Sum(o => o.Dim(2))];
                stream.Step(Rows(inputs, t), y);
                Assert.All(Rows(outputs, t).Zip(y), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            }
            stream.Reset();
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void AllocatesNothing(string name)
    {
        var cell = Make(name);
        var stream = cell.CreateStream(10);
        var x = new float[10 * cell.Definition.Inputs.Sum(i => i.Size)];
        var y = new float[10 * cell.Definition.Outputs.Sum(o => o.Size)];
        for (var i = 0; i < 20; i++) stream.Step(x, y);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) stream.Step(x, y);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void ResetTakesOverWeights()
    {
        var cell = new MinGruByHand(2, 3);
        var stream = cell.CreateStream(1);
        float[] x = [1, -1], before = new float[3], after = new float[3];
        stream.Step(x, before);
        cell.Initialize(seed: 7);
        stream.Reset();
        stream.Step(x, after);
        Assert.Equal(cell.Forward(Tensor.FromArray(x, 1, 1, 2)).ToArray(), after);
        Assert.NotEqual(before, after);
    }

    [Fact]
    public void WrongLengthIsNamed()
    {
        var stream = new MinGruByHand(2, 3).CreateStream(4);
        var error = Assert.Throws<ArgumentException>(() => stream.Step(new float[7], new float[12]));
        Assert.Contains("inputs has 7 numbers, expected batch 4 × 2 = 8", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => stream.Step(new float[8], new float[11]));
    }

    static CellModule Make(string name) => name switch
    {
        nameof(MinGruByHand) => new MinGruByHand(3, 17, trained: true),
        nameof(GatedByHand) => new GatedByHand(3, 17),
        nameof(DelaysByHand) => new DelaysByHand(3, 5),
        nameof(RowsByHand) => new RowsByHand(4),
        _ => new IndRnnByHand(9),
    };

    static float[] Rows(Tensor[] sequences, int t)
    {
        var batch = sequences[0].Dim(0);
        return [.. Enumerable.Range(0, batch).SelectMany(b => sequences.SelectMany(s =>
        {
            var (time, size) = (s.Dim(1), s.Dim(2));
            return s.ToArray().Skip((b * time + t) * size).Take(size);
        }))];
    }

    static Tensor Sequence(int batch, int time, int size, int seed)
    {
        var random = new Random(seed);
        return Tensor.FromArray([.. Enumerable.Range(0, batch * time * size).Select(_ => (float)random.NextDouble() - 0.5f)], batch, time, size);
    }
}
