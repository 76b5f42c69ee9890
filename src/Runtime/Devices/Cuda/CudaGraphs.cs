namespace Recurve.Devices.Cuda;

/// <summary>
/// Commands as one graph: captured from the stream, then launched at once, so that a step of a loop costs the device little more than its kernels. What is captured again has other
/// addresses and numbers in the same kernels; then the graph of before takes these over instead of being made anew.
/// </summary>
internal sealed unsafe class CudaGraphs(CudaAccelerator device)
{
    // drivers before 11.4 have it not
    static readonly delegate* unmanaged<nint*, nint, ulong, int> Instantiate =
        (delegate* unmanaged<nint*, nint, ulong, int>)NativeLibraries.FunctionOf(NativeLibraries.Cuda, "cuGraphInstantiateWithFlags");

    // newer ones have it by this name for those that were built before them
    static readonly delegate* unmanaged<nint, nint, nint*, int*, int> Update =
        (delegate* unmanaged<nint, nint, nint*, int*, int>)NativeLibraries.FunctionOf(NativeLibraries.Cuda, "cuGraphExecUpdate");

    // a few stages of a few models, each in two directions
    const int MostKept = 32;

    readonly Dictionary<object, nint> kept = [];
    readonly List<nint> postponed = [];
    bool isCapturing;

    /// <summary>Whether the driver has what is needed.</summary>
    public static bool Exist => Instantiate is not null;

    /// <summary>Queues commands, which nobody else may do meanwhile.</summary>
    /// <param name="key">Of commands that are likely to be the same kernels as before.</param>
    /// <param name="commands">Have run once before, so that everything is compiled; they do not wait.</param>
    public void Run(object key, Action commands)
    {
        lock (postponed) isCapturing = true;
        nint graph = 0;
        try
        {
            graph = Capture(commands);
            device.Check(CudaApi.cuGraphLaunch(Executable(key, graph), device.Stream), "launching a graph");
        }
        finally
        {
            if (graph != 0) _ = CudaApi.cuGraphDestroy(graph);
            lock (postponed)
            {
                isCapturing = false;
                foreach (var address in postponed) device.FreeNow(address);
                postponed.Clear();
            }
        }
    }

    /// <summary>Keeps memory, which captured commands may use that the device has not seen yet, until they are queued; false: nothing is captured.</summary>
    public bool Postpones(nint address)
    {
        lock (postponed)
        {
            if (isCapturing) postponed.Add(address);
            return isCapturing;
        }
    }

    nint Capture(Action commands)
    {
        nint graph = 0;
        device.Check(CudaApi.cuStreamBeginCapture_v2(device.Stream, CudaApi.RelaxedCapture), "capturing commands");
        try
        {
            commands();
        }
        catch
        {
            // what was captured is not run; the error says more than that of the capture
            if (CudaApi.cuStreamEndCapture(device.Stream, &graph) == 0 && graph != 0) _ = CudaApi.cuGraphDestroy(graph);
            throw;
        }
        device.Check(CudaApi.cuStreamEndCapture(device.Stream, &graph), "ending a capture");
        return graph;
    }

    nint Executable(object key, nint graph)
    {
        if (kept.TryGetValue(key, out var executable))
        {
            nint node;
            int result;
            if (Update is not null && Update(executable, graph, &node, &result) == 0) return executable;
            kept.Remove(key);
            _ = CudaApi.cuGraphExecDestroy(executable);
        }
        if (kept.Count == MostKept)
        {
            foreach (var old in kept.Values) _ = CudaApi.cuGraphExecDestroy(old);
            kept.Clear();
        }
        device.Check(Instantiate(&executable, graph, 0), "making a graph");
        return kept[key] = executable;
    }
}
