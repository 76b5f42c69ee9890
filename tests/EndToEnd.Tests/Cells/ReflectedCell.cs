using System.Reflection;
using Recurve.Contracts;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>
/// Binds a cell's own half by reflection, so that the user's Step can be tested without anything the compiler says about it.
/// </summary>
static class ReflectedCell
{
    public static CellDefinition Define(object cell, int inputs, int outputs)
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;
        FieldInfo[] fields = [.. cell.GetType().GetFields(Own).OrderBy(f => f.MetadataToken)];
        MethodInfo step = cell.GetType().GetMethod("Step", Own)!;
        return new()
        {
            Info = new(cell.GetType().Name, [], [], ""),
            Inputs = [("x", inputs)],
            Outputs = [("y", outputs)],
            Fields = [.. fields.Where(f => f.GetCustomAttribute<WeightAttribute>() is not null).Select(f
                => new FieldDefinition(f.Name, true) { Matrix = f.GetValue(cell) as Mat, Vector = f.GetValue(cell) as Vec })],
            States = [.. fields.Where(f => f.GetCustomAttribute<StateAttribute>() is not null).Select(f
                => f.GetValue(cell) is CVec complex
                    ? new StateDefinition(f.Name, complex.Size, false, () => (CVec)f.GetValue(cell)!, v => f.SetValue(cell, v))
                    : f.GetValue(cell) is Mat m ? new StateDefinition(f.Name, m.Rows, m.Columns, false, () => (Mat)f.GetValue(cell)!, v => f.SetValue(cell, v))
                    : new StateDefinition(f.Name, ((Vec)f.GetValue(cell)!).Size, false, () => (Vec)f.GetValue(cell)!, v => f.SetValue(cell, v)))],
            Step = (x, y) => y[0] = (Vec)step.Invoke(cell, [x[0]])!,
            Plan = _ => { },
            WrapStates = _ => throw new NotSupportedException(),
        };
    }
}
