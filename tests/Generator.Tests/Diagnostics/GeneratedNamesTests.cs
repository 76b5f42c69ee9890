using System.Reflection;
using Recurve.Generator.Model;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.Diagnostics;

/// <summary>The list of names behind RCV0008 is what the generated half really declares and inherits.</summary>
public class GeneratedNamesTests
{
    const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    const string Source = "[Cell] public partial class Mine(double rate) { [State] Vec h = new(2); (Vec, Vec) Step(Vec x, [Size(2)] Vec y) { h = x; return (rate * h, y); } }";

    [Fact]
    public void What_the_generated_half_declares_is_taken()
    {
        var cell = GeneratorHarness.Run(Source).Load().GetType("Mine")!;
        Assert.Equal(GeneratedNames.Members.Order(), Names(cell).Append(cell.GetProperty("FixedNumbers", All)!.Name).Except(["h", "Step"]).Order());
        Assert.Empty(Names(cell.GetNestedType("States")!).Except(["h"]).Except(GeneratedNames.OfStates));
        Assert.Empty(Names(typeof(CellStates)).Except(GeneratedNames.OfStates));
    }

    [Fact]
    public void What_a_cell_inherits_is_taken()
        => Assert.Equal([], Names(typeof(CellModule)).Concat(Names(typeof(Module))).Except(GeneratedNames.Members).Except(GeneratedNames.Inherited).Distinct());

    [Fact]
    public void Nothing_is_taken_without_need()
        => Assert.Equal([], GeneratedNames.Inherited.Except(Names(typeof(CellModule)).Concat(Names(typeof(Module)))));

    // what a user's class can see: neither private nor internal, and no accessor
    static IEnumerable<string> Names(Type type) => type.GetMembers(All)
        .Where(m => m switch
        {
            MethodInfo method => (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly) && !method.IsSpecialName && !method.Name.Contains('<', StringComparison.Ordinal),
            PropertyInfo property => property.GetMethod is { } get && (get.IsPublic || get.IsFamily || get.IsFamilyOrAssembly),
            FieldInfo field => field.IsPublic || field.IsFamily,
            TypeInfo nested => nested.IsNestedPublic,
            _ => false,
        })
        .Select(m => m.Name).Distinct();
}
