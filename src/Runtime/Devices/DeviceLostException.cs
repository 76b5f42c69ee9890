namespace Recurve;

/// <summary>
/// A device stopped working (unplugged, reset, its driver failed): its tensors are gone. Asking for the device again opens it afresh, if it is back.
/// </summary>
public sealed class DeviceLostException : Exception
{
    /// <summary>Without words.</summary>
    public DeviceLostException()
    {
    }

    /// <summary>With the device and what it was doing.</summary>
    public DeviceLostException(string message) : base(message)
    {
    }

    /// <summary>With words and what caused it.</summary>
    public DeviceLostException(string message, Exception inner) : base(message, inner)
    {
    }
}
