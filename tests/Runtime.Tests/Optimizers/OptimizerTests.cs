namespace Recurve.Runtime.Tests.Optimizers;

public sealed class OptimizerTests
{
    static readonly float[][] Gradients = [[0.5f, -1, 2], [0.1f, 0.2f, -3], [-0.7f, 0, 1e-4f]];

    static Parameter Weights(params float[] values) => new("w", Tensor.FromArray(values));

    /// <summary>Three steps in PyTorch 1.13 from (1, −2, 0.5) with the gradients above.</summary>
    public static TheoryData<string, float[]> Golden => new()
    {
        { "sgd", [1.0099999904632568f, -1.9199999570846558f, 0.5999900102615356f] },
        { "sgd with momentum and decay", [0.9100947380065918f, -1.756149411201477f, 0.5256471633911133f] },
        { "adam", [0.8348226547241211f, -1.8093948364257812f, 0.44391581416130066f] },
        { "adam with decay", [0.8108698725700378f, -1.7732341289520264f, 0.4401095509529114f] },
        { "adamw", [0.8321058750152588f, -1.8036519289016724f, 0.44259244203567505f] },
        { "adamw with options", [0.8198480010032654f, -1.762236475944519f, 0.43944984674453735f] },
    };

    static Optimizer Create(string name, Parameter p) => name switch
    {
        "sgd" => new Sgd([p], 0.1),
        "sgd with momentum and decay" => new Sgd([p], learningRate: 0.1, momentum: 0.9, weightDecay: 0.01),
        "adam" => new Adam([p], learningRate: 0.1),
        "adam with decay" => new Adam([p], 0.1, weightDecay: 0.1),
        "adamw" => new AdamW([p], learningRate: 0.1),
        _ => new AdamW([p], 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1),
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void Steps_are_PyTorchs(string name, float[] expected)
    {
        // once alone, and once inside a longer vector, where the vectorised loop runs
        foreach (var repeat in new[] { 1, 30 })
        {
            var p = Weights([.. Enumerable.Repeat<float[]>([1, -2, 0.5f], repeat).SelectMany(v => v)]);
            var optimizer = Create(name, p);
            foreach (var gradient in Gradients)
            {
                p.Value.Grad = Tensor.FromArray([.. Enumerable.Repeat(gradient, repeat).SelectMany(g => g)]);
                optimizer.Step();
                optimizer.ZeroGrad();
                Assert.Null(p.Grad);
            }
            var found = p.Value.ToArray();
            for (var i = 0; i < found.Length; i++) Assert.Equal(expected[i % 3], found[i], 1e-6f);
        }
    }

    [Fact]
    public void Parameters_without_a_gradient_stay()
    {
        var p = Weights(1, 2);
        new AdamW([p], 0.1).Step();
        Assert.Equal([1, 2], p.Value.ToArray());
    }

    [Fact]
    public void Clipping_is_PyTorchs()
    {
        Parameter a = Weights(0, 0), b = Weights(0f), c = Weights(9f);
        (a.Value.Grad, b.Value.Grad) = (Tensor.FromArray([3, 4]), Tensor.FromArray([12]));
        Assert.Equal(13.0, GradientClip.ByNorm([a, b, c], 1.0));
        Assert.Equal(0.23076921701431274f, a.Grad!.ToArray()[0], 1e-7f);
        Assert.Equal(0.923076868057251f, b.Grad!.ToArray()[0], 1e-7f);
        Assert.Equal(1.0, GradientClip.ByNorm([a, b, c], 5.0), 1e-6);
        Assert.Equal(0.923076868057251f, b.Grad.ToArray()[0], 1e-7f);
    }

    [Fact]
    public void Schedules_are_PyTorchs()
    {
        Near([0.5, 0.4414213562373095, 0.3, 0.15857864376269054, 0.1, 0.1], new CosineAnnealing(4, 0.1));
        Near([1 / 6.0, 0.25, 1 / 3.0, 5 / 12.0, 0.5, 0.5], new LinearWarmUp(4));
        Near([0.5, 0.5, 0.05, 0.05, 0.005, 0.005], new StepDecay(2));
        Near([0.25, 0.375, 0.5, 0.4414213562373095, 0.3, 0.15857864376269054], new LinearWarmUp(2, 0.5, then: new CosineAnnealing(4, 0.1)));

        static void Near(double[] expected, ISchedule schedule)
        {
            var optimizer = new Sgd([Weights(1f)], 0.5);
            var scheduler = new Scheduler(optimizer, schedule);
            foreach (var rate in expected)
            {
                Assert.Equal(rate, optimizer.LearningRate, 1e-12);
                scheduler.Step();
            }
        }
    }

    [Fact]
    public void Bad_numbers_are_refused()
    {
        var p = Weights(1f);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([p], learningRate: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([p], beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd([p], momentum: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClip.ByNorm([p], double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineAnnealing(0));
        Assert.Throws<ArgumentException>(() => new Adam([p, p]));
    }
}
