using System.Globalization;
using System.Text;
using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>
/// A loop of products and maps in one kernel (Persistent.cl; Diamos et al. 2016): its text, written for the loop and the shape, and the arguments in the order of its parameters.
/// In the text <c>s7</c> are the rows of slot 7, <c>d7</c> those of its adjoint, <c>c7</c> a row for the whole call; what belongs to stage 3 ends with a 3.
/// </summary>
internal abstract class PersistentKernel(LoopStage stage, Run run, Accelerator device, bool backward)
{
    // so that four numbers of the group's memory are read at once
    const int Together = 4;

    // of OpenCL, where an address is two parameters
    const int AddressBytes = 16, NumberBytes = 8;

    readonly StringBuilder bodies = new(), standing = new(), opening = new(), step = new(), goingOn = new(), closing = new();
    readonly List<string> parameters = [];
    readonly List<Argument> arguments = [];
    readonly HashSet<string> named = [];
    readonly Dictionary<int, int> places = [];
    readonly Walk walk = run.WalkOf(Rate.PerStep);

    protected LoopStage Stage => stage;

    protected Run Run => run;

    protected Accelerator Device => device;

    protected Walk Walk => walk;

    protected PersistentShape Shape { get; private set; } = null!;

    protected bool HasResets => walk.Resets != 0;

    /// <summary>In the text, the flags of resets.</summary>
    protected string Flags => HasResets ? "flags" : "0";

    /// <summary>Whether a loop's stages are such that a kernel can take all steps, on such a device.</summary>
    public static bool Fits(LoopStage stage, Run run, Accelerator device)
    {
        HashSet<int> made = [.. Made(stage).Select(r => r.Id)], old = [.. stage.Results.Select(r => r.Id)];
        return device.GroupLimits is not null && PersistentShape.IsLongEnough(run.WalkOf(Rate.PerStep))
            && stage.Operands.All(next => made.Contains(next.Id) && !old.Contains(next.Id))
            && stage.Inner.All(inner => inner is MapStage || (inner is ProjectStage product && made.Contains(product.Operands[0].Id)));
    }

    /// <summary>What a step makes.</summary>
    protected static IEnumerable<Signal> Made(LoopStage stage) => stage.Results.Concat(stage.Inner.SelectMany(s => s.Results));

    /// <summary>Gives places in the group's memory to slots, and decides how the loop runs; false: step by step.</summary>
    protected bool TryShape(IEnumerable<Signal> kept, IReadOnlyList<(int Outputs, int Inputs)> products)
    {
        var end = 0;
        foreach (var slot in kept)
        {
            places[slot.Id] = end;
            end += (slot.Width + Together - 1) / Together * Together;
        }
        var widest = stage.Inner.OfType<MapStage>().Select(m => m.Width).DefaultIfEmpty(1).Max();
        if (PersistentShape.Of(device.GroupLimits, walk.Batches, walk.Steps, products, widest, end) is not { } shape) return false;
        Shape = shape;
        return true;
    }

    /// <summary>Queues the kernel; false: it has too many arguments for the device.</summary>
    protected bool TryLaunch()
    {
        Argument[] all = [(long)walk.Batches, walk.Steps, run.Lengths, walk.Resets, .. arguments];
        if (all.Sum(a => a.Kind == ArgumentKind.Address ? AddressBytes : NumberBytes) > device.GroupLimits!.ArgumentBytes) return false;
        var program = stage.Programs.GetOrAdd(Text(), text => new($"{run.Plan.Definition.Info.Cell}, {(backward ? "backward" : "forward")}", text));
        Grid grid = new((walk.Batches - 1) / Shape.Sequences + 1, Shape.Items) { SharedBytes = Shape.SharedBytes };
        device.Launch(program, backward ? "loop_backward" : "loop_forward", grid, all);
        return true;
    }

    /// <summary>Where a signal lies among what is kept of a sequence.</summary>
    protected int PlaceOf(Signal signal) => places[signal.Id] + signal.Start;

    protected bool IsKept(Signal signal) => places.ContainsKey(signal.Id);

    protected void Open(FormattableString line) => Write(opening, 1, line);

    protected void Step(FormattableString line) => Write(step, 2, line);

    protected void Close(FormattableString line) => Write(closing, 1, line);

    protected void Barrier() => Step($"BARRIER();");

    /// <summary>A parameter, and what is given for it.</summary>
    protected void Add(string parameter, params ReadOnlySpan<Argument> given)
    {
        parameters.Add(parameter);
        arguments.AddRange(given);
    }

    /// <summary>The rows of a slot, or of its adjoint, as functions of Persistent.cl take them: with whether they lie in bfloat16. They stand at the step that is worked on.</summary>
    protected string RowsOf(Signal signal, bool isAdjoint = false)
    {
        var name = Invariant($"{(isAdjoint ? 'd' : 's')}{signal.Id}");
        var whole = run.Plan.SlotOf(signal).Whole;
        var rows = isAdjoint ? run.AdjointOf(whole) : run.ValueOf(whole);
        var isBFloat16 = rows.Precision == Precision.BFloat16 ? "true" : "false";
        if (named.Add(name))
        {
            Add($"ROWS({name})", rows.Start, rows.BatchStride, rows.StepStride);
            Write(standing, 1, $"rows {name} = standing_at(ROWS_OF({name}), {isBFloat16}, first, start, direction);");
            Write(goingOn, 2, $"go_on(&{name}, {isBFloat16});");
        }
        return $"{name}, {isBFloat16}";
    }

    /// <summary>The same of what a loop makes, which is in single precision.</summary>
    protected string MadeRowsOf(Signal signal, bool isAdjoint = false) => RowsOf(signal, isAdjoint).Split(',')[0];

    /// <summary>The row of a signal that is constant over the call.</summary>
    protected string RowOf(Signal signal)
    {
        var name = Invariant($"c{signal.Id}");
        if (named.Add(name)) Add($"ADDRESS({name})", run.ValueOf(run.Plan.SlotOf(signal).Whole).Start);
        return $"REALS({name})";
    }

    /// <summary>A map's function, its channels' numbers, and what is fixed.</summary>
    protected void OpenMap(MapStage map)
    {
        var (m, signature) = (map.Index, map.Signature);
        var function = backward ? "adjoint" : "forward";
        bodies.Append(map.BodyOn(run).Text.Replace($"void {function}(", Invariant($"void {function}{m}("), StringComparison.Ordinal)
            .Replace($"void {(backward ? "forward" : "adjoint")}(", Invariant($"void {(backward ? "forward" : "adjoint")}{m}("), StringComparison.Ordinal)).Append('\n');
        Open($"");
        Open($"// {map.Describe()}: an item takes a channel of a sequence");
        Open($"const int sequence{m} = SEQUENCE_OF(LANE, {map.Width}) % SEQUENCES, channel{m} = LANE % {map.Width}, limit{m} = LANE < SEQUENCES * {map.Width} ? limits[sequence{m}] : 0;");
        for (var i = 0; i < map.Fixed.Length; i++) Add(Invariant($"real fixed{m}_{i}"), map.Fixed[i]);
        Open($"const real fixed{m}[] = {{ {string.Concat(Enumerable.Range(0, map.Fixed.Length).Select(i => Invariant($"fixed{m}_{i}, ")))}0.0f }};");
        Open($"real x{m}[{signature.Streams + 1}];");
        for (var i = 0; i < signature.Streams; i++)
        {
            if (Reads(map, i) && run.Plan.SlotOf(map.Operands[i]).Rate == Rate.PerCall) Open($"x{m}[{i}] = {RowOf(map.Operands[i])}[{ChannelOf(map, i)}];");
        }
    }

    /// <summary>The streams that come from memory: those of the next step are on their way from here on.</summary>
    protected void LoadStreams(MapStage map, Func<int, bool> comes)
    {
        var m = map.Index;
        int[] streams = [.. Enumerable.Range(0, map.Signature.Streams).Where(i => Reads(map, i) && run.Plan.SlotOf(map.Operands[i]).Rate == Rate.PerStep && comes(i))];
        if (streams.Length == 0) return;
        Open($"real ahead{m}[{map.Signature.Streams}];");
        foreach (var (write, when, ahead) in new (Action<FormattableString>, string, int)[] { (Open, "start", 0), (Step, "t + direction", 1) })
        {
            if (ahead == 1) write($"{string.Join(' ', streams.Select(i => Invariant($"x{m}[{i}] = ahead{m}[{i}];")))}");
            write($"if (IS_STEP({when}, limit{m}))");
            write($"{{");
            foreach (var i in streams) write($"    ahead{m}[{i}] = load_at({RowsOf(map.Operands[i])}, sequence{m}, {ahead}, {ChannelOf(map, i)});");
            write($"}}");
        }
    }

    /// <summary>The product of what is kept at one place, to another.</summary>
    /// <param name="product">Whose.</param>
    /// <param name="number">Among the kernel's products.</param>
    /// <param name="from">Place of the inputs.</param>
    /// <param name="to">Of the outputs.</param>
    /// <param name="adds">Whether they are added to what is there.</param>
    protected void Multiply(ProjectStage product, int number, int from, int to, bool adds)
    {
        var (m, shape) = (product.Index, Shape.Products[number]);
        var (outputStep, inputStep) = backward ? (1, product.Columns) : (product.Columns, 1);
        var rest = Shape.Weights + Shape.Products.Take(number).Sum(p => p.Rest * Shape.Items);
        var isAligned = from % Together == 0 && (shape.Parts == 1 || shape.Share % Together == 0) ? "true" : "false";
        Add(Invariant($"ADDRESS(w{m})"), ((ProjectOnDevice)run.BoundOf(product)).Weights);
        Open($"");
        Open($"// {product.Describe()}: {(shape.Each > 1 ? Invariant($"{shape.Each} outputs of an item") : Invariant($"{shape.Parts} items for an output"))}, {shape.Share} inputs each");
        Open($"real w{m}[{Math.Max(1, shape.Each * shape.Columns)}];");
        Open($"load_weights(REALS(w{m}), {shape.Outputs}, {outputStep}, {inputStep}, {shape.Each}, {shape.Parts}, {shape.Columns}, {shape.Share}, w{m}, kept + {rest});");
        Step($"real y{m}[MOST_EACH * SEQUENCES];");
        Step($"multiply(w{m}, kept + {rest}, {shape.Each}, {shape.Columns}, {shape.Share}, kept + {from} + PART_OF({shape.Outputs}, {shape.Parts}) * {shape.Share}, {isAligned}, y{m});");
        if (shape.Parts > 1) Step($"add_parts(kept + {Shape.Shares}, {shape.Outputs}, {shape.Parts}, y{m});");
        Step($"keep_product(kept, limits, t, {shape.Outputs}, {shape.Each}, {to}, {(adds ? "true" : "false")}, y{m});");
    }

    /// <summary>Whether a map reads a stream in this direction.</summary>
    protected bool Reads(MapStage map, int stream) => !backward || map.Signature.AdjointReads is not { } reads || reads[stream];

    /// <summary>In the text, the channel of a stream's slot that an item takes.</summary>
    protected static string ChannelOf(MapStage map, int stream)
        => map.Operands[stream].Start is > 0 and var start ? Invariant($"{start} + channel{map.Index}") : Invariant($"channel{map.Index}");

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    static void Write(StringBuilder text, int depth, FormattableString line)
    {
        if (line.Format.Length > 0) text.Append(' ', 4 * depth).Append(Invariant(line));
        text.Append('\n');
    }

    string Text() => string.Join('\n',
    [
        $"// {run.Plan.Definition.Info.Cell}: its loop in one kernel, {(backward ? "against the order" : "in order")}\n{DeviceBody.CommentOf(run.Plan.Definition.Info)}",
        DeviceProgram.ReadFile("Functions.cl"),
        bodies.ToString(),
        string.Create(CultureInfo.InvariantCulture, $"""
            #define IS_FORWARD {(backward ? 0 : 1)}  // or against the order of the steps
            #define IS_REVERSE {(walk.Reverse ? 1 : 0)}  // the order is from the last row to the first
            #define ITEMS {Shape.Items}  // of a group
            #define SEQUENCES {Shape.Sequences}  // that it takes
            #define KEPT {Shape.Kept}  // numbers of a sequence that stages leave each other
            #define MOST_EACH {Shape.Products.Max(p => p.Each)}  // outputs of an item

            """),
        DeviceProgram.ReadFile("Numbers.cl"),
        DeviceProgram.ReadFile("Signals.cl"),
        DeviceProgram.ReadFile("Persistent.cl"),
        Kernel(),
    ]);

    string Kernel() => string.Create(CultureInfo.InvariantCulture, $$"""
        GROUP_KERNEL void loop_{{(backward ? "backward" : "forward")}}(
            LOOP,
            {{string.Join(",\n    ", parameters)}})
        {
            GROUP_REALS(kept, {{Shape.Numbers}});
            SHARED int* const limits = (SHARED int*)(kept + {{Shape.Limits}});
            const index first = GROUP * SEQUENCES;
            const int most = load_limits(limits, INTS(lengths), first, batches, steps), direction = DIRECTION, start = direction > 0 ? 0 : most - 1;
        {{standing}}{{opening}}
            BARRIER();
            for (int n = 0, t = start; n < most; n++, t += direction)
            {
        {{step}}
        {{goingOn}}    }
        {{closing}}}

        """);
}
