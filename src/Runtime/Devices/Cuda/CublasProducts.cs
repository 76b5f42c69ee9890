namespace Recurve.Devices.Cuda;

/// <summary>Products by cuBLAS: on one stream and with memory of our own, as it asks of those who want the same bits on every run.</summary>
internal sealed unsafe class CublasProducts : ProductLibrary
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

    public override string Name => "cuBLAS";

    protected override void Multiply(bool transposedA, bool transposedB, int m, int n, int k, RowLattice a, RowLattice b, float beta, RowLattice c)
    {
        var one = 1f;
        var (opA, opB) = (CublasApi.Operation(transposedA), CublasApi.Operation(transposedB));
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
