using Recurve.Generator.Emit;
using Recurve.Generator.Model;
using Recurve.Generator.Support;

namespace Recurve.Generator.Tests.Emit;

/// <summary>Sizes are read from fields, not from constructor parameters.</summary>
public sealed class SizeTextTests
{
    static readonly Size Units = Size.Parameter("units"), Inputs = Size.Parameter("inputs");

    [Fact]
    public void AnAxisOfThatSizeIsTaken() => Assert.Equal("this.w.Rows", Text(new("w", true, Size.Of(2) * Units, Inputs, "Default", 0, -1), Size.Of(2) * Units));

    [Fact]
    public void AParameterIsSolvedFor()
    {
        FieldSpec w = new("w", true, Size.Of(2) * Units + Size.One, Inputs, "Default", 0, -1);
        Assert.Equal("((this.w.Rows - (1)) / (2))", Text(w, Units));
        Assert.Equal("3 * this.w.Columns", Text(w, Size.Of(3) * Inputs));
    }

    [Fact]
    public void WhatNoFieldDeterminesIsNamed() => Assert.Equal("heads", Text(new("w", true, Units, Inputs, "Default", 0, -1), Size.Parameter("heads")));

    static string Text(FieldSpec field, Size size)
        => new SizeText(new("", default, "Cell", "Auto", default, new([field]), default, default, default, default, default, default, default, false)).Of(size);
}
