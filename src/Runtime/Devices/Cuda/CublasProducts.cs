using Recurve.Kernels;

namespace Recurve.Devices.Cuda;

/// <summary>
/// Products by cuBLAS. Rows one after the other are, column by column, the transposed matrix: so c = a B is asked for as cᵀ = Bᵀ aᵀ. One stream and memory of our own, as cuBLAS
/// asks of those who want the same bits on every run.
/// </summary>
internal sealed unsafe class CublasProducts : IProductLibrary
{
    // what cuBLAS recommends for its largest cards
    const long WorkspaceBytes = 32 << 20;

    readonly CudaAccelerator device;
    readonly nint handle;

    CublasProducts(CudaAccelerator device)
    {
        this.device = device;
        device.Enter();
        nint made;
        Check(CublasApi.cublasCreate_v2(&made), "opening cuBLAS");
        handle = made;
        Check(CublasApi.cublasSetStream_v2(handle, device.Stream), "setting cuBLAS's stream");
        Check(CublasApi.cublasSetWorkspace_v2(handle, device.Allocate(WorkspaceBytes), (nuint)WorkspaceBytes), "setting cuBLAS's workspace");
        Check(CublasApi.cublasSetMathMode(handle, CublasApi.DefaultMath), "setting cuBLAS's precision");
    }

    /// <summary>Those of a device; null: the library is not there.</summary>
    public static CublasProducts? Of(CudaAccelerator device) => NativeLibraries.TryLoad(NativeLibraries.Cublas, out _) ? new(device) : null;

    public bool TryMultiply(Rows c, Rows a, nint b, RowSpace space, int inner, int columns, bool transposed, bool accumulate)
    {
        if (inner == 0 || RowLattice.Of(space, c, columns, a, inner) is not var (to, from)) return false;
        var (op, apart) = transposed ? (CublasApi.Transposed, inner) : (CublasApi.AsItIs, columns);
        Multiply(op, CublasApi.AsItIs, columns, (int)to.Rows, inner, new(b, 0, apart, 1, 0), from, accumulate ? 1 : 0, to);
        return true;
    }

    public bool TryMultiplyTransposed(nint parts, Rows a, int aWidth, Rows b, int bWidth, RowSpace space, long partRows)
    {
        if (RowLattice.Of(space, a, aWidth, b, bWidth) is not var (left, right) || left.Matrices > 1) return false;
        var (whole, rest) = ((int)(left.Rows / partRows), (int)(left.Rows % partRows));
        if (whole > 0) Part(0, partRows, whole);
        if (rest > 0) Part(whole, rest, 1);
        return true;

        void Part(long first, long rows, int count)
        {
            RowLattice Cut(RowLattice of) => of with
            {
                Start = of.Start + (nint)(first * partRows * of.Apart * sizeof(float)),
                Matrices = count,
                MatrixApart = partRows * of.Apart,
            };
            var size = (long)aWidth * bWidth;
            Multiply(
                CublasApi.AsItIs, CublasApi.Transposed, bWidth, aWidth, (int)rows, Cut(right), Cut(left), 0,
                new(parts + (nint)(first * size * sizeof(float)), aWidth, bWidth, count, size));
        }
    }

    // c (m, n) = op(a) op(b) + beta c, column by column
    void Multiply(int opA, int opB, int m, int n, int k, RowLattice a, RowLattice b, float beta, RowLattice c)
    {
        var one = 1f;
        lock (device.Gate)
        {
            device.Enter();
            Check(
                c.Matrices == 1
                    ? CublasApi.cublasSgemm_v2(handle, opA, opB, m, n, k, &one, a.Start, (int)a.Apart, b.Start, (int)b.Apart, &beta, c.Start, (int)c.Apart)
                    : CublasApi.cublasSgemmStridedBatched(
                        handle, opA, opB, m, n, k, &one, a.Start, (int)a.Apart, a.MatrixApart, b.Start, (int)b.Apart, b.MatrixApart,
                        &beta, c.Start, (int)c.Apart, c.MatrixApart, (int)c.Matrices),
                $"a product of {m} × {k} × {n} numbers");
        }
    }

    void Check(int status, string call)
    {
        if (status == 0) return;
        // an error of the device itself says more
        device.Enter();
        throw status == CublasApi.AllocationFailed ? new DeviceOutOfMemoryException($"{device} is out of memory: {call} gave cuBLAS's status {status}.")
            : new DeviceException($"{device}: {call} gave cuBLAS's status {status}.");
    }
}
