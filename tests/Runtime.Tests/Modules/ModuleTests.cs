using System.Reflection;

namespace Recurve.Runtime.Tests.Modules;

public sealed class ModuleTests
{
    /// <summary>A module as a user writes one; it shows the tensor between its parts.</summary>
    sealed class Peeking : Module
    {
        readonly Linear inner;
        readonly Tensor scale;

        public Peeking()
        {
            inner = Register("inner", new Linear(3, 3));
            scale = Register("scale", Tensor.FromArray([2, 3], 2));
        }

        public Tensor? Seen { get; private set; }

        public Tensor Scale => scale;

        public override Tensor Forward(Tensor x, Sequence? sequence = null) => Seen = inner.Forward(x, sequence);
    }

    [Theory]
    [InlineData(typeof(Module))]
    [InlineData(typeof(CellModule))]
    public void No_member_hides_a_function_of_the_cell_language(Type type)
    {
        // also those that come later, or live on in other classes than Functions
        string[] listed =
        [
            "Sigmoid", "Tanh", "Exp", "Log", "Log1p", "Sqrt", "Rsqrt", "Square", "Abs", "Sign", "Sin", "Cos", "Relu", "Silu", "Gelu",
            "Softplus", "HardTanh", "HardSigmoid", "Erf", "LeakyRelu", "Pow", "Min", "Max", "Clamp", "Where", "LogAddExp", "StopGradient",
            "Sum", "Mean", "Dot", "Norm", "Softmax", "LayerNorm", "RmsNorm", "Concat", "Slice", "Reverse", "Outer", "Transpose",
            "Diagonal", "Hadamard", "Flatten", "Complex", "Polar", "Real", "Imaginary", "Conjugate",
        ];
        var functions = typeof(Functions).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m => m.Name).Union(listed).ToHashSet();
        var visible = type
            .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.FlattenHierarchy)
            .Where(IsVisibleToUsers).Select(m => m.Name).Distinct().ToArray();
        Assert.Contains("Forward", visible);
        Assert.DoesNotContain(visible, functions.Contains);

        static bool IsVisibleToUsers(MemberInfo member) => member switch
        {
            MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
            PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisibleToUsers),
            FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
            System.Reflection.TypeInfo nested => nested.IsNestedPublic || nested.IsNestedFamily || nested.IsNestedFamORAssem,
            _ => true,
        };
    }

    [Fact]
    public void Names_are_paths_in_declaration_order()
    {
        var model = new Sequential(new Linear(3, 4), new Residual(new LayerNorm(4)), new Bidirectional(new Linear(4, 2), new Linear(4, 3)), new Peeking());
        Assert.Equal(
            [
                "0.weight", "0.bias", "1.module.weight", "1.module.bias", "2.forward.weight", "2.forward.bias",
                "2.backward.weight", "2.backward.bias", "3.scale", "3.inner.weight", "3.inner.bias",
            ],
            model.Parameters.Select(p => p.Name));
        Assert.Equal([4, 3], model.Parameters[0].Value.Shape);
    }

    [Fact]
    public void A_shared_module_is_trained_once()
    {
        var shared = new Linear(2, 2);
        Assert.Equal(["0.weight", "0.bias"], new Sequential(shared, shared).Parameters.Select(p => p.Name));
    }

    [Fact]
    public void Initial_values_depend_on_seed_and_name_alone()
    {
        Sequential a = new(new Linear(3, 4), new Linear(4, 2)), b = new(new Linear(3, 4), new Linear(4, 2), new LayerNorm(2));
        a.Initialize(5);
        b.Initialize(5);
        Assert.Equal(Values(a, "1.weight"), Values(b, "1.weight"));
        b.Initialize(6);
        Assert.NotEqual(Values(a, "1.weight"), Values(b, "1.weight"));
        var twins = new Sequential(new Linear(3, 3), new Linear(3, 3));
        Assert.NotEqual(Values(twins, "0.weight"), Values(twins, "1.weight"));
    }

    [Fact]
    public void First_use_means_seed_zero_and_keeps_what_was_initialized()
    {
        Linear fresh = new(3, 4), other = new(3, 4), done = new(4, 4);
        var x = GradientProbe.Normal(1, 2, 3);
        other.Initialize(0);
        Assert.Equal(other.Forward(x).ToArray(), fresh.Forward(x).ToArray());
        done.Initialize(9);
        var before = done.Parameters[0].Value.ToArray();
        Assert.Equal(before, new Sequential(new Linear(3, 4), done).Parameters[2].Value.ToArray());
    }

    [Fact]
    public void Linear_starts_as_in_PyTorch()
    {
        var linear = new Linear(100, 50);
        linear.Initialize(3);
        var weights = linear.Parameters[0].Value.ToArray();
        Assert.InRange(weights.Max(), 0.0995f, 0.1f);
        Assert.InRange(weights.Average(w => w * w), 0.0032, 0.0035); // 0.1²/3
        Assert.All(linear.Parameters[1].Value.ToArray(), b => Assert.InRange(b, -0.1f, 0.1f));
    }

    [Fact]
    public void Training_reaches_every_part()
    {
        var dropout = new Dropout(0.5);
        var model = new Sequential(new Residual(dropout));
        model.Eval();
        Assert.False(dropout.Training);
        model.Train();
        Assert.True(dropout.Training);
    }

    [Fact]
    public void Names_must_be_free()
    {
        var module = new Registering();
        Assert.Throws<ArgumentException>(() => module.Add("a.b"));
        Assert.Throws<ArgumentException>(() => module.Add(""));
        module.Add("a");
        Assert.Throws<ArgumentException>(() => module.Add("a"));
    }

    [Fact]
    public void Memory_between_closed_parts_goes_back_but_never_what_a_user_sees()
    {
        var peeking = new Peeking();
        var model = new Sequential(new Linear(3, 3), peeking, new LayerNorm(3), new Linear(3, 2));
        var x = GradientProbe.Normal(1, 4, 3);
        var y = model.Forward(x);
        y.Sum().Backward();
        Assert.Equal(12, peeking.Seen!.ToArray().Length);
        Assert.Equal(8, y.ToArray().Length);
        Assert.Equal(12, x.ToArray().Length);
        using (Autograd.NoGrad()) Assert.Equal(y.ToArray(), model.Forward(x).ToArray());
        Assert.Equal(12, peeking.Seen.ToArray().Length);
    }

    sealed class Registering : Module
    {
        public void Add(string name) => Register(name, Tensor.Zeros(1));

        public override Tensor Forward(Tensor x, Sequence? sequence = null) => x;
    }

    static float[] Values(Module module, string name) => module.Parameters.Single(p => p.Name == name).Value.ToArray();
}
