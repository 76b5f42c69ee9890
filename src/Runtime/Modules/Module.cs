namespace Recurve;

/// <summary>Something with parameters that maps sequences to sequences.</summary>
/// <remarks>
/// A module of your own registers its parts in the constructor: <c>inner = Register("inner", new Linear(3, 4));</c> and its tensors
/// likewise. No public or protected member may share a name with a function of the cell language, which it would hide inside cells.
/// </remarks>
public abstract partial class Module
{
    readonly List<(string Name, Module Module)> children = [];
    readonly List<Parameter> own = [];
    bool initialized;
    bool treeInitialized;

    /// <summary>Trained tensors in declaration order, each once, with the path of its module: <c>0.wz</c>.</summary>
    public IReadOnlyList<Parameter> Parameters
    {
        get
        {
            EnsureInitialized();
            return [.. AllParameters().DistinctBy(p => p.Value, ReferenceEqualityComparer.Instance)];
        }
    }

    /// <summary>Whether modules that differ in training (<see cref="Dropout"/>) behave as in training. True at first.</summary>
    public bool Training { get; private set; } = true;

    /// <summary>(B, T, inputs) to (B, T, outputs).</summary>
    public abstract Tensor Forward(Tensor x, Sequence? sequence = null);

    /// <summary>Switches to training, with all parts.</summary>
    public Module Train() => SetTraining(true);

    /// <summary>Switches to evaluation, with all parts.</summary>
    public Module Eval() => SetTraining(false);

    /// <summary>Moves parameters, their gradients and constants to a device, in place: whoever holds a parameter, an optimizer say, sees it there.</summary>
    /// <exception cref="DeviceOutOfMemoryException">The device has not the memory.</exception>
    public Module To(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        foreach (var parameter in Parameters) parameter.Value.Move(device);
        foreach (var (_, value) in AllConstants()) value.Move(device);
        SetPlace(device);
        return this;
    }

    /// <summary>Sets how the cells among this module and its parts store, on a device, what their stages leave each other; single precision at first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such precision.</exception>
    public Module Store(Precision precision)
    {
        if (!Enum.IsDefined(precision)) throw new ArgumentOutOfRangeException(nameof(precision), precision, "Expected Precision.Single or Precision.BFloat16.");
        foreach (var cell in CellModules()) cell.Stored = precision;
        return this;
    }

    /// <summary>Where the parameters are, also of a module that has none.</summary>
    internal Device Place { get; private set; } = Device.Cpu;

    /// <summary>
    /// Gives every parameter its initial value; the same for the same seed, whatever else the model contains. Happens with seed 0
    /// on first use.
    /// </summary>
    public void Initialize(int seed) => InitializeTree("", seed, onlyFresh: false);

    /// <summary>Adds a part; its parameters are named <c>name.parameter</c>.</summary>
    /// <exception cref="ArgumentException">The name is empty, contains a dot or is taken.</exception>
    protected T Register<T>(string name, T module) where T : Module
    {
        ArgumentNullException.ThrowIfNull(module);
        RequireFree(name);
        children.Add((name, module));
        treeInitialized = false;
        return module;
    }

    /// <summary>Adds a trained tensor.</summary>
    /// <exception cref="ArgumentException">The name is empty, contains a dot or is taken.</exception>
    protected Tensor Register(string name, Tensor value)
    {
        RequireFree(name);
        own.Add(new Parameter(name, value));
        return value;
    }

    /// <summary>Trained tensors of this module without its parts.</summary>
    private protected virtual IReadOnlyList<Parameter> OwnParameters => own;

    /// <summary>Tensors that are saved and loaded but never trained.</summary>
    private protected virtual IReadOnlyList<(string Name, Tensor Value)> OwnConstants => [];

    /// <summary>Writes initial values; <paramref name="random"/> gives each parameter, by its own name, its own source.</summary>
    private protected virtual void InitializeOwn(Func<string, RandomSource> random)
    {
    }

    /// <summary>
    /// Whether this module neither keeps the tensors that it is given nor hands out tensors that it keeps, so that a container may
    /// reuse the memory between its parts.
    /// </summary>
    internal virtual bool IsClosed => this is CellModule;

    /// <summary>Whether every part is <see cref="IsClosed"/>.</summary>
    private protected bool PartsAreClosed => children.TrueForAll(child => child.Module.IsClosed);

    /// <summary>Where the random numbers of this module stand, as text, for a checkpoint; null: it draws none in training.</summary>
    internal virtual string? RandomPosition
    {
        get => null;
        set => throw new FormatException($"Expected no random position for a {GetType().Name}, but there is '{value}'.");
    }

    /// <summary>Which of several independent streams of random numbers this module draws from in training: those that train one model together differ in it alone. 0 at first; not of the checkpoint.</summary>
    internal virtual int RandomStream { set { } }

    /// <summary>This module and all parts, by path; this one has none.</summary>
    internal IEnumerable<(string Path, Module Module)> Tree()
        => children.SelectMany(child => child.Module.Tree().Select(m => (m.Path == "" ? child.Name : $"{child.Name}.{m.Path}", m.Module))).Prepend(("", this));

    /// <summary>The cells among this module and its parts; those within cells are not told apart from them.</summary>
    internal IEnumerable<CellModule> CellModules() => this is CellModule cell ? [cell] : children.SelectMany(child => child.Module.CellModules());

    /// <summary>Called by every Forward: parameters that nobody initialized get the values of seed 0.</summary>
    internal void EnsureInitialized()
    {
        if (treeInitialized) return;
        InitializeTree("", 0, onlyFresh: true);
        treeInitialized = true;
    }

    IEnumerable<Parameter> AllParameters()
        => OwnParameters.Concat(children.SelectMany(child => child.Module.AllParameters().Select(p => p.In(child.Name))));

    IEnumerable<(string Name, Tensor Value)> AllConstants()
        => OwnConstants.Concat(children.SelectMany(child => child.Module.AllConstants().Select(c => ($"{child.Name}.{c.Name}", c.Value))));

    void InitializeTree(string prefix, int seed, bool onlyFresh)
    {
        if (!onlyFresh || !initialized)
        {
            InitializeOwn(name => RandomSource.For(seed, prefix + name));
            initialized = true;
        }
        foreach (var (name, module) in children) module.InitializeTree($"{prefix}{name}.", seed, onlyFresh);
    }

    Module SetTraining(bool training)
    {
        Training = training;
        foreach (var (_, module) in children) module.SetTraining(training);
        return this;
    }

    void SetPlace(Device device)
    {
        Place = device;
        foreach (var (_, module) in children) module.SetPlace(device);
    }

    void RequireFree(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Contains('.', StringComparison.Ordinal)) throw new ArgumentException($"The name '{name}' contains a dot, which separates modules.", nameof(name));
        if (own.Exists(p => p.Name == name) || children.Exists(c => c.Name == name))
            throw new ArgumentException($"The name '{name}' is registered already.", nameof(name));
    }
}
