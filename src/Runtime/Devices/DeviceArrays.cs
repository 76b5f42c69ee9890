namespace Recurve.Devices;

/// <summary>Small tables of whole numbers that kernels look things up in.</summary>
internal static unsafe class DeviceArrays
{
    /// <summary>An <c>int</c> each.</summary>
    public static Storage Upload(this Accelerator device, ReadOnlySpan<int> values)
    {
        var storage = Storage.Rent(device.Device, values.Length);
        fixed (int* start = values) device.Write(storage.Address, start, (long)values.Length * sizeof(int));
        return storage;
    }

    /// <summary>An <c>index</c> each.</summary>
    public static Storage Upload(this Accelerator device, ReadOnlySpan<long> values)
    {
        var storage = Storage.Rent(device.Device, 2L * values.Length);
        fixed (long* start = values) device.Write(storage.Address, start, (long)values.Length * sizeof(long));
        return storage;
    }
}
