using Recurve.Contracts;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>Column views of rows, and what a stage asks of the place where an operand's adjoint goes.</summary>
internal static unsafe class RowViews
{
    extension(Rows rows)
    {
        /// <summary>The same rows from column <paramref name="start"/> on.</summary>
        public Rows From(int start) => rows.IsNull ? rows : rows with { Start = rows.Start + start * (nint)rows.Precision.Bytes };
    }

    extension(AdjointTarget target)
    {
        /// <summary>A row per step is to be written.</summary>
        public bool IsRows => target.Mode != StoreMode.Discard && target.Sum == 0;

        /// <summary>The operand is constant over the call: its adjoint is summed over rows.</summary>
        public bool IsSum => target.Mode != StoreMode.Discard && target.Sum != 0;

        public double* Total => (double*)target.Sum;
    }
}
