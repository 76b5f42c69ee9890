namespace Recurve;

/// <summary>A device was asked for that cannot be used on this machine; the message says why.</summary>
public sealed class DeviceException : PlatformNotSupportedException
{
    /// <summary>Without words.</summary>
    public DeviceException()
    {
    }

    /// <summary>With the reason.</summary>
    public DeviceException(string message) : base(message)
    {
    }

    /// <summary>With the reason and what caused it.</summary>
    public DeviceException(string message, Exception inner) : base(message, inner)
    {
    }
}
