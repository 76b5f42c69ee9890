using Recurve.Generator.Support;

namespace Recurve.Generator.IR;

/// <summary>
/// Appends values: equal ones once, identities of <see cref="Identities"/> applied, shapes by the op table. May continue a list of values made
/// by another builder; ids go on after theirs.
/// </summary>
internal sealed class Builder
{
    readonly List<Value> values = [];
    readonly Dictionary<Key, Value> known = [];
    int nextId;

    public Builder(IEnumerable<Value>? values = null)
    {
        foreach (var value in values ?? []) Remember(value);
    }

    /// <summary>Everything appended, operands first.</summary>
    public IReadOnlyList<Value> Values => values;

    /// <summary>The value in this builder that computes <paramref name="op"/> of these operands.</summary>
    /// <exception cref="InvalidOperationException">Operands do not fit: a bug of the pass that calls.</exception>
    public Value Add(
        Op op, IReadOnlyList<Value> operands, string name = "", double number = 0, IReadOnlyList<Size>? sizes = null, int origin = -1)
    {
        sizes ??= [];
        var row = OpTable.Of(op);
        if (row.Family == Family.Leaf) throw new InvalidOperationException($"{op} is a leaf.");
        if (row.Arity >= 0 && row.Arity != operands.Count)
            throw new InvalidOperationException($"{op} takes {row.Arity} operands, not {operands.Count}.");
        var shape = row.Shape([.. operands.Select(o => o.Shape)], sizes, StrictSizes.Instance)
            ?? throw new InvalidOperationException($"{op} has no shape.");
        return Identities.Apply(this, op, operands, sizes) is { } same && same.Shape.Equals(shape)
            ? same
            : Append(op, operands, shape, row.Result ?? operands[op == Op.Where ? 1 : 0].Element, name, number, sizes, origin);
    }

    /// <summary>An input, state, field or leaf of a region.</summary>
    public Value Leaf(Op op, string name, Shape shape, int origin = -1) => Append(
        op, [], shape, op == Op.FixedMask ? Element.Mask : Element.Real, name, 0, [], origin);

    /// <summary>A leaf like no other, even of the same name: leaves of a region are known by identity.</summary>
    public Value Fresh(Op op, string name, Shape shape)
        => Remember(new(nextId, op, [], shape, op == Op.FixedMask ? Element.Mask : Element.Real) { Name = name });

    public Value Literal(double number) => Append(Op.Literal, [], Shape.Scalar, Element.Real, "", number, [], -1);

    /// <summary>A number known when the cell is built; its C# text.</summary>
    public Value Fixed(string text) => Leaf(Op.Fixed, text, Shape.Scalar);

    /// <summary>A size as a number.</summary>
    public Value Number(Size size) => size.Literal is { } known
        ? Literal(known)
        : Append(Op.Fixed, [], Shape.Scalar, Element.Real, "size", 0, [size], -1);

    public Value Broadcast(Value value, Shape shape) => Add(Op.Broadcast, [value], sizes: [.. shape.Axes]);

    public Value Slice(Value value, Size start, Size length) => Add(Op.Slice, [value], sizes: [start, length]);

    public Value Negate(Value a) => Add(Op.Negate, [a]);
    public Value Sigmoid(Value a) => Add(Op.Sigmoid, [a]);
    public Value Exp(Value a) => Add(Op.Exp, [a]);
    public Value Log(Value a) => Add(Op.Log, [a]);
    public Value Square(Value a) => Add(Op.Square, [a]);
    public Value Sign(Value a) => Add(Op.Sign, [a]);
    public Value Sin(Value a) => Add(Op.Sin, [a]);
    public Value Cos(Value a) => Add(Op.Cos, [a]);
    public Value Erf(Value a) => Add(Op.Erf, [a]);
    public Value Add(Value a, Value b) => Add(Op.Add, [a, b]);
    public Value Subtract(Value a, Value b) => Add(Op.Subtract, [a, b]);
    public Value Multiply(Value a, Value b) => Add(Op.Multiply, [a, b]);
    public Value Divide(Value a, Value b) => Add(Op.Divide, [a, b]);
    public Value Pow(Value a, Value b) => Add(Op.Pow, [a, b]);
    public Value Less(Value a, Value b) => Add(Op.Less, [a, b]);
    public Value LessEqual(Value a, Value b) => Add(Op.LessEqual, [a, b]);
    public Value Greater(Value a, Value b) => Add(Op.Greater, [a, b]);
    public Value GreaterEqual(Value a, Value b) => Add(Op.GreaterEqual, [a, b]);
    public Value And(Value a, Value b) => Add(Op.And, [a, b]);
    public Value Or(Value a, Value b) => Add(Op.Or, [a, b]);
    public Value Where(Value mask, Value a, Value b) => Add(Op.Where, [mask, a, b]);

    Value Append(
        Op op, IReadOnlyList<Value> operands, Shape shape, Element element, string name, double number, IReadOnlyList<Size> sizes, int origin)
    {
        var value = new Value(nextId, op, operands, shape, element) { Name = name, Number = number, Sizes = sizes, Origin = origin };
        var key = Key.Of(value);
        return known.TryGetValue(key, out var before) ? before : Remember(value, key);
    }

    Value Remember(Value value) => Remember(value, Key.Of(value));

    Value Remember(Value value, Key key)
    {
        values.Add(value);
        if (!known.ContainsKey(key)) known.Add(key, value);
        nextId = Math.Max(nextId, value.Id + 1);
        return value;
    }

    /// <summary>What makes two values the same one. The order of a commutative op's operands does not; a name does on leaves only.</summary>
    readonly struct Key : IEquatable<Key>
    {
        readonly Value value;
        readonly bool swapped;
        readonly int hash;

        Key(Value value)
        {
            this.value = value;
            swapped = value.Op is Op.Add or Op.Multiply or Op.And or Op.Or && value.Operands.Count == 2 && value.Operands[0].Id > value.Operands[1].Id;
            hash = unchecked((int)value.Op * 31 + value.Number.GetHashCode());
            for (var i = 0; i < value.Operands.Count; i++) hash = unchecked(hash * 31 + Operand(i));
            if (value.IsLeaf) hash = unchecked(hash * 31 + value.Name.GetHashCode());
        }

        public static Key Of(Value value) => new(value);

        public bool Equals(Key other)
        {
            var that = other.value;
            if (hash != other.hash || value.Op != that.Op || value.Operands.Count != that.Operands.Count || value.Sizes.Count != that.Sizes.Count
                || BitConverter.DoubleToInt64Bits(value.Number) != BitConverter.DoubleToInt64Bits(that.Number)
                || (value.IsLeaf && value.Name != that.Name) || !value.Shape.Equals(that.Shape)) return false;
            for (var i = 0; i < value.Operands.Count; i++)
            {
                if (Operand(i) != other.Operand(i)) return false;
            }
            for (var i = 0; i < value.Sizes.Count; i++)
            {
                if (!value.Sizes[i].Equals(that.Sizes[i])) return false;
            }
            return true;
        }

        public override bool Equals(object? other) => other is Key key && Equals(key);

        public override int GetHashCode() => hash;

        int Operand(int i) => value.Operands[swapped ? 1 - i : i].Id;
    }

    /// <summary>After Lower every size is known: a difference is a bug.</summary>
    sealed class StrictSizes : ISizes
    {
        public static StrictSizes Instance { get; } = new();

        public Size? Same(Size a, Size b) => a.Equals(b) ? a : throw new InvalidOperationException($"Sizes {a} and {b} differ.");

        public Size? Aligned(Size a, Size b) => Same(a, b);

        public bool Fits(Size start, Size length, Size whole) => true;

        public void Mismatch(Shape a, Shape b) => throw new InvalidOperationException($"Shapes {a} and {b} differ.");
    }
}
