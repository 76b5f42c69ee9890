namespace Recurve.Devices.OpenCl;

/// <summary>Products by CLBlast (Nugteren 2018), whose kernels are tuned for each device; it compiles them itself, at their first use.</summary>
/// <param name="device">Where.</param>
internal sealed unsafe class ClBlastProducts(OpenClAccelerator device) : ProductLibrary
{
    /// <summary>Those of a device; null: the library is not there, or older than 1.4.</summary>
    public static ClBlastProducts? Of(OpenClAccelerator device)
        => NativeLibraries.FunctionOf(NativeLibraries.ClBlast, nameof(ClBlastApi.CLBlastSgemmStridedBatched)) != 0 ? new(device) : null;

    public override string Name => "CLBlast";

    protected override void Multiply(bool transposedA, bool transposedB, int m, int n, int k, RowLattice a, RowLattice b, float beta, RowLattice c)
    {
        var queue = device.Queue;
        var (opA, opB) = (ClBlastApi.Operation(transposedA), ClBlastApi.Operation(transposedB));
        var ((bufferA, offsetA), (bufferB, offsetB), (bufferC, offsetC)) = (Find(a), Find(b), Find(c));
        lock (device.Gate)
        {
            device.Check(
                c.Matrices == 1
                    ? ClBlastApi.CLBlastSgemm(
                        ClBlastApi.ColumnByColumn, opA, opB, (nuint)m, (nuint)n, (nuint)k, 1, bufferA, offsetA, (nuint)a.Apart, bufferB, offsetB, (nuint)b.Apart,
                        beta, bufferC, offsetC, (nuint)c.Apart, &queue, null)
                    : ClBlastApi.CLBlastSgemmStridedBatched(
                        ClBlastApi.ColumnByColumn, opA, opB, (nuint)m, (nuint)n, (nuint)k, 1, bufferA, offsetA, (nuint)a.Apart, (nuint)a.MatrixApart,
                        bufferB, offsetB, (nuint)b.Apart, (nuint)b.MatrixApart, beta, bufferC, offsetC, (nuint)c.Apart, (nuint)c.MatrixApart, (nuint)c.Matrices, &queue, null),
                $"a product of {m} × {k} × {n} numbers by CLBlast");
        }
    }

    (nint Buffer, nuint Offset) Find(RowLattice matrix)
    {
        var (buffer, bytes) = device.Find(matrix.Start);
        return (buffer, (nuint)(bytes / sizeof(float)));
    }
}
