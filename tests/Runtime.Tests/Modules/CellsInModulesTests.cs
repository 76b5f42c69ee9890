using Recurve.Runtime.Tests.Plans;

namespace Recurve.Runtime.Tests.Modules;

/// <summary>Cells between other modules: the seams, not the cells themselves.</summary>
public sealed class CellsInModulesTests
{
    static Sequential Model() => new(
        new Linear(3, 5),
        new Bidirectional(new MinGruByHand(5, 4), new MinGruByHand(5, 4, trained: true)),
        new Residual(new MinGruByHand(8, 8)),
        new LastStep(),
        new Linear(8, 2));

    public static TheoryData<bool, bool> Walks => new() { { false, false }, { true, false }, { false, true }, { true, true } };

    [Theory]
    [MemberData(nameof(Walks))]
    public void Gradients_cross_every_seam(bool reverse, bool padded)
    {
        var model = Model();
        model.Initialize(2);
        var x = GradientProbe.Normal(3, 2, 5, 3);
        var sequence = new Sequence
        {
            Reverse = reverse,
            Lengths = padded ? [5, 3] : null,
            Resets = Tensor.FromArray([0, 0, 1, 0, 0, 0, 1, 0, 0, 1], 2, 5),
        };
        GradientProbe.Check(() => model.Forward(x, sequence), [("x", x), .. model.Parameters.Select(p => (p.Name, p.Value))], seed: 4);
    }

    [Fact]
    public void A_collection_between_forward_and_backward_changes_nothing()
    {
        var model = Model();
        model.Initialize(2);
        Assert.Equal(Gradients(collect: false), Gradients(collect: true));

        float[] Gradients(bool collect)
        {
            foreach (var p in model.Parameters) p.Value.Grad = null;
            var loss = Forward(model);
            if (collect)
            {
                // whatever nobody holds is overwritten
                for (var i = 0; i < 2; i++)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                }
                Tensor[] garbage = [.. Enumerable.Range(0, 200).Select(i => Tensor.Uninitialized(1 + i * 16))];
                foreach (var tensor in garbage) Elementwise.Fill(tensor, 1f);
            }
            loss.Backward();
            return [.. model.Parameters.SelectMany(p => p.Grad!.ToArray())];
        }
    }

    static Tensor Forward(Module model) => Loss.CrossEntropy(
        model.Forward(GradientProbe.Normal(3, 2, 5, 3), new() { Resets = Tensor.FromArray([0, 0, 1, 0, 0, 0, 1, 0, 0, 1], 2, 5) }), [0, 1]);

    [Fact]
    public void Evaluation_gives_the_same_numbers()
    {
        var model = Model();
        var x = GradientProbe.Normal(3, 2, 5, 3);
        var trained = model.Forward(x).ToArray();
        using (Autograd.NoGrad()) Assert.Equal(trained, model.Forward(x).ToArray());
    }

    [Fact]
    public void Trained_states_are_parameters_and_files_hold_everything()
    {
        var path = Path.GetTempFileName();
        try
        {
            Sequential model = Model(), other = Model();
            Assert.Equal(["1.backward.wz", "1.backward.wh", "1.backward.bz", "1.backward.bh", "1.backward.h"],
                model.Parameters.Select(p => p.Name).Where(name => name.StartsWith("1.backward", StringComparison.Ordinal)));
            model.Initialize(11);
            model.Save(path);
            other.Load(path);
            var x = GradientProbe.Normal(3, 2, 5, 3);
            Assert.Equal(model.Forward(x).ToArray(), other.Forward(x).ToArray());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
