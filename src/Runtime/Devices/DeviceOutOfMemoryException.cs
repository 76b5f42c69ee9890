namespace Recurve;

/// <summary>A device has not the memory that an operation needs. Nothing else is lost: once tensors are let go, the device goes on.</summary>
public sealed class DeviceOutOfMemoryException : OutOfMemoryException
{
    /// <summary>Without words.</summary>
    public DeviceOutOfMemoryException()
    {
    }

    /// <summary>With the device, what was asked for and what it has.</summary>
    public DeviceOutOfMemoryException(string message) : base(message)
    {
    }

    /// <summary>With words and what caused it.</summary>
    public DeviceOutOfMemoryException(string message, Exception inner) : base(message, inner)
    {
    }
}
